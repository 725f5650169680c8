import { quote, type Rendering } from './rendering.ts';
import { keyword, solid, split, type Token } from './tokens.ts';
import { isPart, partOf } from './types.ts';
import { refuse } from './unsupported.ts';

const WITH_PART = /^(?:DATE|DATETIME|TIMESTAMP)_(?:TRUNC|DIFF)$/;
const WITH_INTERVAL = /^(?:DATE|DATETIME|TIMESTAMP)_(?:ADD|SUB)$/;
const WITH_FORMAT = /^(?:FORMAT|PARSE)_(?:DATE|DATETIME|TIMESTAMP)$/;
/** Elements of a format that mean the same in both. */
const ELEMENT = /%[YmdHMSbBaAyjIpGVuwQ%]/g;
/** Each element by itself: `%%F` is a percent sign and an F. */
const EVERY_ELEMENT = /%(?:E.S|.)/g;
const SHORT: Readonly<Record<string, string>> = { '%F': '%Y-%m-%d', '%T': '%H:%M:%S', '%R': '%H:%M', '%D': '%m/%d/%y', '%h': '%b' };
/** Elements that BigQuery passes over or reads in its own way. */
const NOT_PARSED = /%[QGVuwjaA]/;
/** Stands for `%Q` in a format. */
const QUARTER = '\u0000';
/** Parts of a TIMESTAMP that all have one length. */
const SHORT_PARTS = new Set(['MICROSECOND', 'MILLISECOND', 'SECOND', 'MINUTE', 'HOUR', 'DAY']);
const DAY_PARTS = new Set(['MICROSECOND', 'MILLISECOND', 'SECOND', 'MINUTE', 'HOUR']);
/** Parts of the same name and the same begin on DuckDB. */
const PLAIN_PARTS = new Set(['DAY', 'MONTH', 'QUARTER', 'YEAR']);

/** Writes a call of a function that takes a part or a format; undefined for every other function. */
export function dateCall(name: string, args: readonly Token[], { render }: Rendering): string | undefined {
  if (WITH_PART.test(name)) return withPart(name, split(args, ','), render);
  if (WITH_INTERVAL.test(name)) return withInterval(name, split(args, ','), render);
  if (name === 'GENERATE_DATE_ARRAY') return dateArray(split(args, ','), render);
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
  // In a zone, what is less than an hour of the day's time is taken off: an hour that comes twice stays the one that it is.
  const isShort = name === 'TIMESTAMP_TRUNC' && args.length > place + 1 && DAY_PARTS.has(part);
  const macro = isShort ? 'short_trunc' : name.startsWith('DATE_') && PLAIN_PARTS.has(part) ? name.replace('DATE', 'PLAIN') : name;
  return `bigquery.${macro.toLowerCase()}(${args.map((arg, index) => (index === place ? quote(part) : render(index < place ? typed(name, arg) : arg).trim())).join(', ')})`;
}

function withInterval(name: string, args: readonly (readonly Token[])[], render: Rendering['render']): string {
  const [value = [], interval = []] = args;
  const [first, ...rest] = solid(interval);
  if (args.length !== 2) refuse(`${name} with ${args.length} arguments`);
  const part = keyword(rest.at(-1));
  if (keyword(first) !== 'INTERVAL') refuse(`${name} without INTERVAL`);
  const isKnown = name.startsWith('DATE_') ? !DAY_PARTS.has(part) : name.startsWith('DATETIME') || SHORT_PARTS.has(part);
  if (!isKnown) refuse(`${name} by ${part}`);
  return `bigquery.${name.toLowerCase()}(${render(typed(name, value)).trim()}, ${render(interval).trim()})`;
}

function dateArray(args: readonly (readonly Token[])[], render: Rendering['render']): string {
  if (args.length < 2 || args.length > 3) refuse(`GENERATE_DATE_ARRAY with ${args.length} arguments`);
  return `bigquery.generate_date_array(${args.map((arg) => render(typed('DATE', arg)).trim()).join(', ')})`;
}

function withFormat(name: string, args: readonly (readonly Token[])[], render: Rendering['render']): string {
  const [text, ...more] = solid(args[0] ?? []);
  if (text?.kind !== 'string' || more.length > 0) refuse(`${name} with a format that is no literal`);
  const format = text.text.replaceAll(EVERY_ELEMENT, (element) => SHORT[element] ?? element);
  checkFormat(name, format);
  const [value = '', ...zone] = args.slice(1).map((arg, index) => render(index === 0 && name.startsWith('FORMAT') ? typed(name, arg) : arg).trim());
  if (value === '' || zone.length > (name.endsWith('TIMESTAMP') ? 1 : 0)) refuse(`${name} with ${args.length} arguments`);
  // An empty format is none to DuckDB.
  const pieces = format
    .replaceAll(EVERY_ELEMENT, (element) => (element === '%Q' ? QUARTER : element))
    .split(QUARTER)
    .map((piece) => (piece === '' ? "''" : `bigquery.${name.toLowerCase()}(${[quote(piece), value, ...zone].join(', ')})`));
  return pieces.length === 1 ? pieces.join('') : `(${pieces.join(` || bigquery.quarter_of(${zoned(value, zone)}) || `)})`;
}

function checkFormat(name: string, format: string): void {
  const elements = format.match(EVERY_ELEMENT) ?? [];
  const unknown = /%.?/.exec(format.replaceAll(ELEMENT, ''))?.[0] ?? elements.find((element) => name.startsWith('PARSE') && NOT_PARSED.test(element));
  if (unknown !== undefined) refuse(`${name} with the element ${unknown}`);
  // What a text does not tell is of 1970 in BigQuery, of 1900 in DuckDB.
  if (name.startsWith('PARSE') && !elements.some((element) => /%[Yy]/.test(element))) refuse(`${name} without a year`);
}

/** A text is a date or a time where it is a literal, as in BigQuery; of a column of texts the macros make none. */
function typed(name: string, arg: readonly Token[]): readonly Token[] {
  const [text, ...more] = solid(arg);
  const type = /TIMESTAMP|DATETIME/.exec(name)?.[0] ?? 'DATE';
  return text?.kind === 'string' && more.length === 0 ? [{ kind: 'word', text: type, inner: [] }, text] : arg;
}

function zoned(value: string, [zone]: readonly string[]): string {
  return zone === undefined ? value : `(${value}) AT TIME ZONE ${zone}`;
}

function lastDay([value = [], part]: readonly (readonly Token[])[], render: Rendering['render']): string {
  const name = part === undefined ? 'MONTH' : partOf(part);
  if (!/^(?:WEEK_.*|MONTH|QUARTER|YEAR)$/.test(name)) refuse(`LAST_DAY by ${name}`);
  const text = render(typed('DATE', value)).trim();
  return name === 'MONTH' ? `bigquery.plain_last_day(${text})` : `bigquery.last_day(${text}, ${quote(name)})`;
}

function extract(args: readonly Token[], render: Rendering['render']): string {
  const [part = [], value = [], ...rest] = split(args, 'FROM');
  const word = keyword(solid(part)[0]);
  const text = render(value).trim();
  if (rest.length > 0 || text === '') refuse('EXTRACT other than EXTRACT(<part> FROM <value>)');
  if (word === 'DATE') return `bigquery.to_date(${text})`;
  if (word === 'DAYOFWEEK' || word === 'DAYOFYEAR' || word === 'ISOWEEK') return `bigquery.extract(${quote(word)}, ${text})`;
  // Of a DATE, DuckDB gives 0.
  if (DAY_PARTS.has(word)) return `bigquery.time_extract(${quote(word)}, ${text})`;
  if (PLAIN_PARTS.has(word) && solid(part).length === 1) return `bigquery.plain_extract(${quote(word)}, ${text})`;
  return isPart(word) ? `bigquery.extract(${quote(partOf(part))}, ${text})` : refuse(`EXTRACT of ${word}`);
}
