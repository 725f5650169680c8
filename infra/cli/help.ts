import { COMMON_OPTIONS } from './command-line.ts';
import type { Parameter, Parameters } from './parameter.ts';
import type { Verb } from './verb.ts';

const WIDTH = 28;

/** How a person calls a verb: two have a script of their own. */
export function commandOf(name: string): string {
  if (name === 'start') return 'npm start';
  return name === 'dev' ? 'npm run dev' : `npm run pipeline -- ${name}`;
}

/** Help on everything: a line a verb. */
export function overview(verbs: readonly Verb[]): string {
  return [
    'A CRM data pipeline on one machine: extract → transform → load, each step reads one object and can be repeated.',
    '',
    'npm run pipeline -- <verb> [arguments]',
    '',
    ...verbs.map(({ name, summary }) => entry(name, summary)),
    '',
    'npm run pipeline -- <verb> --help shows the arguments and an example. State is in .local, or where --dir says.',
  ].join('\n');
}

/** Help on one verb. */
export function verbHelp(verb: Verb): string {
  const options = { ...verb.options, ...COMMON_OPTIONS };
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

/** The usage line. */
export function usage(verb: Verb): string {
  const operands = Object.values(verb.operands).map((operand) => (operand.required ? operand.placeholder : `[${operand.placeholder}]`));
  const words = [...operands, ...optionWords(verb.options)];
  const script = verb.name === 'start' || verb.name === 'dev';
  return [commandOf(verb.name), ...(script && words.length > 0 ? ['--'] : []), ...words].join(' ');
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
