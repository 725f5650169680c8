import { quote, type Rendering } from './rendering.ts';
import { keyword, solid, split, type Token } from './tokens.ts';
import { isPart, partOf } from './types.ts';
import { refuse } from './unsupported.ts';

const WITH_PART = /^(?:DATE|DATETIME|TIMESTAMP)_(?:TRUNC|DIFF)$/;
const WITH_INTERVAL = /^(?:DATE|DATETIME|TIMESTAMP)_(?:ADD|SUB)$/;
const WITH_FORMAT = /^(?:FORMAT|PARSE)_(?:DATE|DATETIME|TIMESTAMP)$/;
/** Elements of a format that mean the same in both. */
const ELEMENT = /%(?:[YmdHMSbBaAyjIpGVuwQ%]|E\*S)/g;
const SHORT: Readonly<Record<string, string>> = { '%F': '%Y-%m-%d', '%T': '%H:%M:%S', '%R': '%H:%M', '%D': '%m/%d/%y', '%h': '%b' };
/** Parts of a TIMESTAMP that all have one length. */
const SHORT_PARTS = new Set(['MICROSECOND', 'MILLISECOND', 'SECOND', 'MINUTE', 'HOUR', 'DAY']);
const DAY_PARTS = new Set(['MICROSECOND', 'MILLISECOND', 'SECOND', 'MINUTE', 'HOUR']);
/** Parts of the same name and the same begin on DuckDB. */
const PLAIN_PARTS = new Set(['DAY', 'MONTH', 'QUARTER', 'YEAR']);
const PLAIN_EXTRACTS = new Set([...PLAIN_PARTS, 'HOUR', 'MINUTE', 'SECOND']);

/** Writes a call of a function that takes a part or a format; undefined for every other function. */
export function dateCall(name: string, args: readonly Token[], { render }: Rendering): string | undefined {
  if (WITH_PART.test(name)) return withPart(name, split(args, ','), render);
  if (WITH_INTERVAL.test(name)) checkInterval(name, split(args, ',')[1] ?? []);
  if (WITH_FORMAT.test(name)) return withFormat(name, split(args, ','), render);
  if (name === 'LAST_DAY') return lastDay(split(args, ','), render);
  if (name === 'EXTRACT') return extract(args, render);
  return undefined;
}

function withPart(name: string, args: readonly (readonly Token[])[], render: Rendering['render']): string {
  const place = name.endsWith('DIFF') ? 2 : 1;
  const part = partOf(args[place] ?? []);
  if (name === 'TIMESTAMP_DIFF' && !SHORT_PARTS.has(part)) refuse(`TIMESTAMP_DIFF by ${part}`);
  if (name.startsWith('DATE_') && DAY_PARTS.has(part)) refuse(`${name} by ${part}`);
  const maximum = name === 'TIMESTAMP_TRUNC' ? place + 2 : place + 1;
  if (args.length <= place || args.length > maximum) refuse(`${name} with ${args.length} arguments`);
  const macro = name.startsWith('DATE_') && PLAIN_PARTS.has(part) ? name.replace('DATE', 'PLAIN') : name;
  return `bigquery.${macro.toLowerCase()}(${args.map((arg, index) => (index === place ? quote(part) : render(arg).trim())).join(', ')})`;
}

/** The call itself is like any other. */
function checkInterval(name: string, interval: readonly Token[]): void {
  const [first, ...rest] = solid(interval);
  const part = keyword(rest.at(-1));
  if (keyword(first) !== 'INTERVAL') refuse(`${name} without INTERVAL`);
  const isKnown = name.startsWith('DATE_') ? !DAY_PARTS.has(part) : name.startsWith('DATETIME') || SHORT_PARTS.has(part);
  if (!isKnown) refuse(`${name} by ${part}`);
}

function withFormat(name: string, args: readonly (readonly Token[])[], render: Rendering['render']): string {
  const [text, ...more] = solid(args[0] ?? []);
  if (text?.kind !== 'string' || more.length > 0) refuse(`${name} with a format that is no literal`);
  const format = Object.entries(SHORT).reduce((all, [short, long]) => all.replaceAll(short, long), text.text);
  const unknown = /%(?:E\*S|.)?/.exec(format.replaceAll(ELEMENT, ''));
  if (unknown !== null || (format.includes('%Q') && name.startsWith('PARSE')) || format.includes('%E*S'))
    refuse(`${name} with the element ${unknown?.[0] ?? '%Q or %E*S'}`);
  const [value = '', ...zone] = args.slice(1).map((arg) => render(arg).trim());
  if (value === '' || zone.length > (name.endsWith('TIMESTAMP') ? 1 : 0)) refuse(`${name} with ${args.length} arguments`);
  // An empty format is none to DuckDB.
  const pieces = format.split('%Q').map((piece) => (piece === '' ? "''" : `bigquery.${name.toLowerCase()}(${[quote(piece), value, ...zone].join(', ')})`));
  return pieces.length === 1 ? pieces.join('') : `(${pieces.join(` || bigquery.quarter_of(${zoned(value, zone)}) || `)})`;
}

function zoned(value: string, [zone]: readonly string[]): string {
  return zone === undefined ? value : `(${value}) AT TIME ZONE ${zone}`;
}

function lastDay([value = [], part]: readonly (readonly Token[])[], render: Rendering['render']): string {
  const name = part === undefined ? 'MONTH' : partOf(part);
  if (!/^(?:WEEK_.*|MONTH|QUARTER|YEAR)$/.test(name)) refuse(`LAST_DAY by ${name}`);
  const text = render(value).trim();
  return name === 'MONTH' ? `bigquery.plain_last_day(${text})` : `bigquery.last_day(${text}, ${quote(name)})`;
}

function extract(args: readonly Token[], render: Rendering['render']): string {
  const [part = [], value = [], ...rest] = split(args, 'FROM');
  const word = keyword(solid(part)[0]);
  const text = render(value).trim();
  if (rest.length > 0 || text === '') refuse('EXTRACT other than EXTRACT(<part> FROM <value>)');
  if (word === 'DATE') return `bigquery.to_date(${text})`;
  if (word === 'DAYOFWEEK' || word === 'DAYOFYEAR' || word === 'ISOWEEK') return `bigquery.extract(${quote(word)}, ${text})`;
  if (PLAIN_EXTRACTS.has(word) && solid(part).length === 1) return `bigquery.plain_extract(${quote(word)}, ${text})`;
  return isPart(word) ? `bigquery.extract(${quote(partOf(part))}, ${text})` : refuse(`EXTRACT of ${word}`);
}
