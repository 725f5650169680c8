import { optionsOf } from './command-line.ts';
import type { Parameter, Parameters } from './parameter.ts';
import type { Verb } from './verb.ts';

const WIDTH = 28;
/** These verbs have a script of their own. */
const SCRIPTS: Readonly<Record<string, string>> = {
  start: 'npm start',
  dev: 'npm run dev',
  models: 'npm run models',
  docs: 'npm run docs',
  report: 'npm run report',
  'new-stream': 'npm run new-stream',
};

/** How a person asks for help on a verb. */
export function helpCommand({ name }: Verb): string {
  return `${commandOf(name)}${hasScript(name) ? ' --' : ''} --help`;
}

/** Help on everything: a line a verb. */
export function overview(verbs: readonly Verb[]): string {
  return [
    'A CRM data pipeline: extract → transform → load, each step reads one object and can be repeated.',
    '',
    'npm run pipeline -- <verb> [arguments]',
    '',
    ...verbs.map(({ name, summary }) => entry(name, summary)),
    '',
    'npm run pipeline -- <verb> --help shows the arguments and an example. State is in .local, or where --dir says;\n' +
      'with --cloud the same verbs work on Google Cloud.',
  ].join('\n');
}

/** Help on one verb. */
export function verbHelp(verb: Verb): string {
  const options = optionsOf(verb);
  return [
    usage(verb),
    '',
    verb.details,
    '',
    ...Object.values(verb.operands).map((operand) => entry(operand.placeholder, operand.help)),
    ...Object.entries(options).map(([name, option]) => entry(optionText(name, option), option.help)),
    '',
    verb.examples.length === 1 ? 'Example:' : 'Examples:',
    ...verb.examples.map((example) => `  ${example}`),
  ].join('\n');
}

function usage(verb: Verb): string {
  const operands = Object.values(verb.operands).map((operand) => (operand.required ? operand.placeholder : `[${operand.placeholder}]`));
  const words = [...operands, ...optionWords(verb.options)];
  return [commandOf(verb.name), ...(hasScript(verb.name) && words.length > 0 ? ['--'] : []), ...words].join(' ');
}

function commandOf(name: string): string {
  return SCRIPTS[name] ?? `npm run pipeline -- ${name}`;
}

function hasScript(name: string): boolean {
  return name in SCRIPTS;
}

function optionWords(options: Parameters): string[] {
  return Object.entries(options).map(([name, option]) => (option.required ? optionText(name, option) : `[${optionText(name, option)}]`));
}

function optionText(name: string, { placeholder }: Parameter): string {
  return placeholder === '' ? `--${name}` : `--${name} ${placeholder}`;
}

function entry(term: string, explanation: string): string {
  return term.length < WIDTH ? `  ${term.padEnd(WIDTH)}${explanation}` : `  ${term}\n  ${' '.repeat(WIDTH)}${explanation}`;
}
