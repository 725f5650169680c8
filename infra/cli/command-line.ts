import { parseArgs } from 'node:util';
import { UsageError } from './cli-error.ts';
import { flag, optional, type Parameter, type Parameters, text } from './parameter.ts';
import type { Verb } from './verb.ts';

const HELP = { help: flag('Shows this help') };
const DIR = { dir: optional('<folder>', 'The folder that holds all state (default .local)', text) };
const CLOUD = { cloud: flag('On Google Cloud, with the settings of .env.example and your credentials') };

/** What a verb understands: its own options, and those that say where. */
export function optionsOf(verb: Verb): Parameters {
  return { ...verb.options, ...DIR, ...(verb.onCloud ? CLOUD : {}), ...HELP };
}

type Texts = Readonly<Record<string, readonly string[]>>;

/** Reads a verb's operands and options; throws a UsageError of one line for the first thing that is wrong. */
export function readArguments(verb: Verb, args: readonly string[]): Readonly<Record<string, unknown>> {
  const options = optionsOf(verb);
  const { given, operands } = split(options, args);
  // Who asks for help has not finished the command.
  if (given['help'] !== undefined) return { help: true };
  if (given['cloud'] !== undefined && given['dir'] !== undefined) throw new UsageError('--cloud or --dir, not both');
  return { ...readAll(verb.operands, named(verb, operands), (operand) => operand.placeholder), ...readAll(options, given, (_option, name) => `--${name}`) };
}

function split(options: Parameters, args: readonly string[]): { given: Texts; operands: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(Object.entries(options).map(([name, option]) => [name, parseOption(option)])),
      allowPositionals: true,
    });
    const given = Object.entries(values).map(([name, value]) => [name, [value].flat().map(String)]);
    return { given: Object.fromEntries(given), operands: positionals };
  } catch (error) {
    throw new UsageError(inOneLine(error));
  }
}

function parseOption({ placeholder }: Parameter): { type: 'string' | 'boolean'; multiple: true } {
  return { type: placeholder === '' ? 'boolean' : 'string', multiple: true };
}

function named(verb: Verb, operands: readonly string[]): Texts {
  const names = Object.keys(verb.operands);
  const surplus = operands[names.length];
  if (surplus !== undefined) throw new UsageError(`there is no place for ${JSON.stringify(surplus)}`);
  return Object.fromEntries(operands.map((operand, index) => [names[index], [operand]]));
}

function readAll(parameters: Parameters, given: Texts, label: (parameter: Parameter, name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, readOne(parameter, given[name] ?? [], label(parameter, name))]));
}

function readOne(parameter: Parameter, texts: readonly string[], label: string): unknown {
  if (parameter.required && texts.length === 0)
    throw new UsageError(`${label === parameter.placeholder ? label : `${label} ${parameter.placeholder}`} is missing`);
  try {
    return parameter.read(texts);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${label} ${JSON.stringify(texts.at(-1))} ${error.message}`);
  }
}

/** `parseArgs` explains itself in several sentences and lines. */
function inOneLine(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const [, option = 'an option'] = /'(?:-\w, )?(-[^\s'=]*)/.exec(String(message)) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `there is no option ${option}`;
  return /does not take/.test(String(message)) ? `${option} takes no value` : `${option} needs a value`;
}
