import { aggregateCall } from './aggregates.ts';
import { dateCall } from './date-calls.ts';
import { functionNamed, type KnownFunction } from './functions.ts';
import { checkReplacement, extraction } from './regular-expressions.ts';
import { quote, type Rendering } from './rendering.ts';
import { keyword, solid, spaced, split, type Token } from './tokens.ts';
import { typeOf } from './types.ts';
import { refuse } from './unsupported.ts';

const CASTS: Readonly<Record<string, string>> = {
  BIGINT: 'cast_int64',
  VARCHAR: 'cast_string',
  BOOLEAN: 'cast_bool',
  DATE: 'cast_date',
  TIMESTAMPTZ: 'cast_timestamp',
  TIMESTAMP: 'cast_datetime',
  DOUBLE: 'cast_float64',
  BLOB: 'cast_bytes',
  'DECIMAL(38,9)': 'cast_numeric',
};
/** Types of numbers that a number is cast to as in BigQuery, so that no macro need look at it. */
const PLAIN_CASTS = /^(?:DOUBLE|DECIMAL.*)$/;
const DIGESTS = new Set(['MD5', 'SHA1', 'SHA256']);
/** What a path of JSON may be; DuckDB reads others in its own way. */
const JSON_PATH = /^\$(?:\.[A-Za-z_]\w*|\[\d+\])*$/;
const FORMAT_TEXT = /^(?:[^%]|%%|%s|%0?\d*d|%\.\d+f)*$/;

/** Writes a call of a function with the OVER that follows it. */
export function call(name: string, args: readonly Token[], rendering: Rendering, window?: Token): string {
  const over = window === undefined ? '' : ` OVER ${window.kind === 'group' ? `(${rendering.render(window.inner)})` : window.text}`;
  const special = specialCall(name, args, rendering) ?? dateCall(name, args, rendering) ?? aggregateCall(name, args, rendering, over);
  if (special !== undefined) return special;
  // Of no rows, and of nothing but NULLs, DuckDB's countif is NULL (1.5.5).
  if (name === 'COUNTIF' && solid(args).length > 0) return `count(CASE WHEN ${rendering.render(args)} THEN 1 END)${over}`;
  const known = knownFunction(name);
  checkCount(name, known, args);
  checkWindow(name, known, window);
  checkLiterals(name, args);
  return `${known.duck}(${rendering.render(args)})${over}`;
}

function specialCall(name: string, args: readonly Token[], { render }: Rendering): string | undefined {
  if (name === 'CAST' || name === 'SAFE_CAST') return cast(name, args, render);
  if (name === 'STRUCT') return struct(args, render);
  if (name === 'ARRAY') return `ARRAY(${render(args)})`;
  if (name === 'POW' || name === 'POWER' || name === 'EXP') return finite(name, args, render);
  if (name === 'REGEXP_EXTRACT' || name === 'REGEXP_EXTRACT_ALL') return extraction(name, args, render);
  if (name === 'TO_HEX') return hexDigest(args, render);
  if (name === 'SAFE_DIVIDE' && split(args, ',').some(isPointed)) return `bigquery.real_divide(${render(args)})`;
  if (name === 'CONCAT')
    return `(${split(args, ',')
      .map((part) => `(${render(part).trim()})`)
      .join(' || ')})`;
  return undefined;
}

/** BigQuery fails where DuckDB answers with an infinite number. */
function finite(name: string, args: readonly Token[], render: Rendering['render']): string {
  const known = knownFunction(name);
  checkCount(name, known, args);
  return `bigquery.finite(${known.duck}(${render(args)}))`;
}

/** A literal with a point or an exponent, which is FLOAT64 or NUMERIC as the other number is. */
function isPointed(arg: readonly Token[]): boolean {
  const number = solid(arg).at(-1);
  return (
    number?.kind === 'number' &&
    !/^\d+$/.test(number.text) &&
    solid(arg)
      .slice(0, -1)
      .every((sign) => sign.text === '-')
  );
}

/** DuckDB's digests are in hexadecimal: `TO_HEX(SHA256(x))` makes bytes of that and back, in twice the time. */
function hexDigest(args: readonly Token[], render: Rendering['render']): string | undefined {
  const [digest, list, ...rest] = solid(args);
  if (!DIGESTS.has(keyword(digest)) || list?.kind !== 'group' || rest.length > 0 || split(list.inner, ',').length > 1) return undefined;
  return `system.main.${keyword(digest).toLowerCase()}(${render(list.inner)})`;
}

function cast(name: string, args: readonly Token[], render: Rendering['render']): string {
  const [value = [], type = [], ...rest] = split(args, 'AS');
  if (rest.length > 0) refuse(`${name} with more than one AS`);
  const to = typeOf(type);
  const macro = PLAIN_CASTS.test(to) && isNumber(value) ? undefined : CASTS[to];
  const text = render(value).trim();
  if (macro === undefined) return `${name === 'CAST' ? 'CAST' : 'TRY_CAST'}(${text} AS ${to})`;
  return `bigquery.${name === 'CAST' ? '' : 'safe_'}${macro}(${text})`;
}

/** Whether the text says so: a literal, NULL, or something that is computed. */
function isNumber(value: readonly Token[]): boolean {
  const [first, ...rest] = solid(value);
  if (/^(?:SELECT|WITH)$/.test(keyword(first))) return false;
  if (rest.length === 0) return first?.kind === 'number' || keyword(first) === 'NULL' || (first?.kind === 'group' && isNumber(first.inner));
  return rest.some((token) => /^[-+*/]$/.test(keyword(token)));
}

function struct(args: readonly Token[], render: Rendering['render']): string {
  const fields = split(args, ',').map((field) => {
    const tokens = solid(field);
    const last = tokens.at(-1);
    const isNamed = keyword(tokens.at(-2)) === 'AS';
    if (last?.kind !== 'word' || !(isNamed || tokens.length === 1 || keyword(tokens.at(-2)) === '.')) refuse('a field of STRUCT without a name');
    return `${quote(last.text)}: ${render(isNamed ? tokens.slice(0, -2).flatMap(spaced) : field).trim()}`;
  });
  return `{${fields.join(', ')}}`;
}

function knownFunction(name: string): KnownFunction {
  return functionNamed(name) ?? refuse(`the function ${name}`);
}

function checkCount(name: string, { min, max }: KnownFunction, args: readonly Token[]): void {
  const count = solid(args).length === 0 ? 0 : split(args, ',').length;
  if (count < min || count > max) refuse(`${name} with ${count} arguments`);
}

function checkWindow(name: string, known: KnownFunction, window: Token | undefined): void {
  if (known.window === undefined) return;
  if (window === undefined) refuse(`${name} without OVER`);
  const isNamed =
    window.kind !== 'group' || (solid(window.inner)[0]?.kind === 'word' && !/^(?:PARTITION|ORDER|ROWS|RANGE)$/.test(keyword(solid(window.inner)[0])));
  // Its rows are in the order of what it is of: BigQuery takes no other.
  if (name.startsWith('PERCENTILE_') && (isNamed || window.inner.some((token) => /^(?:ORDER|ROWS|RANGE)$/.test(keyword(token)))))
    refuse(`${name} OVER other than (PARTITION BY …)`);
  if (known.window === 'ordered' && !isNamed && !window.inner.some((token) => keyword(token) === 'ORDER')) refuse(`${name} OVER without ORDER BY`);
}

function checkLiterals(name: string, args: readonly Token[]): void {
  const texts = split(args, ',').map((part) => solid(part));
  const literal = (place: number) => (texts[place]?.length === 1 && texts[place]?.[0]?.kind === 'string' ? texts[place]?.[0]?.text : undefined);
  if (/^JSON_(?:VALUE|QUERY|EXTRACT|EXTRACT_SCALAR)$/.test(name) && !JSON_PATH.test(literal(1) ?? ''))
    refuse(`${name} with a path other than '$.name' or '$[0]'`);
  if (/^(?:LAG|LEAD)$/.test(name) && texts[1] !== undefined && texts[1][0]?.kind !== 'number') refuse(`${name} with an offset other than a number`);
  const elements = literal(0)
    ?.match(/%[^%]*?[sdf]|%%/g)
    ?.filter((element) => element !== '%%').length;
  if (name === 'FORMAT' && elements !== undefined && elements !== texts.length - 1) refuse(`FORMAT of ${texts.length - 1} values by ${elements} elements`);
  if (name === 'REGEXP_REPLACE') checkReplacement(literal(1), literal(2));
  if (name === 'FORMAT' && !FORMAT_TEXT.test(literal(0) ?? '%')) refuse('FORMAT with something else than %s, %d, %05d, %.2f or %%');
}
