import { type ParseArgsConfig, parseArgs } from 'node:util';

type Parsed<Config extends ParseArgsConfig> = ReturnType<typeof parseArgs<Config>>;

/**
 * Reads what stands behind the name of a script that is no verb; the option `help` is one of all. Ends the process with the help where it is
 * asked for (exit 0), and where something is wrong (exit 2): an option that there is not, or what `problemOf` says.
 */
export function scriptArguments<const Config extends ParseArgsConfig>(
  help: string,
  config: Config,
  problemOf: (parsed: Parsed<Config>) => string | undefined = () => undefined,
): Parsed<Config> {
  const words = process.argv.slice(2);
  if (words.includes('--help')) {
    process.stdout.write(`${help.trimEnd()}\n`);
    process.exit(0);
  }
  try {
    const parsed = parseArgs({ ...config, args: words });
    const problem = problemOf(parsed as Parsed<Config>);
    if (problem === undefined) return parsed as Parsed<Config>;
    return stop(problem, help);
  } catch (error) {
    return stop(error instanceof Error ? error.message.split('. ')[0] : 'the arguments cannot be read', help);
  }
}

/** Of the options, the first that is no number from `least` on; undefined where all are. */
export function noNumber(values: Readonly<Record<string, string | undefined>>, least = 1): string | undefined {
  const bad = Object.entries(values).find(([, value]) => value !== undefined && !(/^\d+$/.test(value) && Number(value) >= least));
  return bad === undefined ? undefined : `--${bad[0]} ${JSON.stringify(bad[1])} is no whole number from ${least}`;
}

function stop(problem: string | undefined, help: string): never {
  process.stderr.write(`${problem}\n\n${help.trimEnd()}\n`);
  process.exit(2);
}
