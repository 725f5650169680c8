import { call } from './calls.ts';
import { checkAliases } from './aliases.ts';
import { orderNulls } from './order.ts';
import { type Names, quote, type Rendering } from './rendering.ts';
import { isPart, typeNamed } from './types.ts';
import { keyword, solid, type Token } from './tokens.ts';
import { refuse } from './unsupported.ts';

/** Words before a bracket that is not the list of a function's arguments. */
const NO_FUNCTION = new Set(
  'ALL AND ANY AS BETWEEN BY CASE CROSS CUBE DISTINCT ELSE EXCEPT EXISTS FOR FROM GROUP GROUPING HAVING IN INNER INTERSECT INTERVAL INTO IS JOIN LEFT LIKE LIMIT NOT ON OR ORDER OVER PARTITION PIVOT QUALIFY REPLACE RIGHT ROLLUP SELECT SETS THEN UNION UNPIVOT USING VALUES WHEN WHERE WINDOW WITH'.split(
    ' ',
  ),
);
/** Words that are DuckDB's, or that mean something else there. */
const FOREIGN = new Set(
  'ANTI ASOF COLUMNS DESCRIBE EXCLUDE FILTER GLOB ILIKE ISNULL LATERAL NATURAL NOTNULL POSITIONAL PRAGMA SAMPLE SEMI SIMILAR SUMMARIZE TABLESAMPLE VALUES'.split(
    ' ',
  ),
);
const FOREIGN_OPERATORS = new Set([
  '::',
  '->',
  '->>',
  '==',
  '//',
  '**',
  '%',
  '^',
  '~',
  '!',
  '?',
  '@',
  '$',
  '{',
  '}',
  ':',
  ':=',
  '|>',
  ';',
  '\\',
  '"',
  "'",
  '`',
]);
const TABLE_ENDS = /^(?:AS|CROSS|EXCEPT|FULL|GROUP|HAVING|INNER|INTERSECT|JOIN|LEFT|LIMIT|ON|ORDER|PIVOT|QUALIFY|RIGHT|UNION|UNPIVOT|USING|WHERE|WINDOW|WITH)$/;

/** A place in a list of tokens, and what has been written of it. */
interface Cursor {
  readonly tokens: readonly Token[];
  readonly rendering: Rendering;
  index: number;
  out: string;
  /** Where in `out` the expression begins that a bracket or a point may follow. */
  primary: number;
}

/** Writes BigQuery's tokens as DuckDB reads them; throws UnsupportedSql. */
export function renderSql(tokens: readonly Token[], names: Names): string {
  let given = 0;
  const rendering: Rendering = {
    ...names,
    unique: () => {
      given += 1;
      return `_u${given}`;
    },
    render: (inner) => render(inner, rendering),
  };
  return rendering.render(tokens);
}

function render(tokens: readonly Token[], rendering: Rendering): string {
  const ordered = orderNulls(tokens);
  checkAliases(ordered);
  const cursor: Cursor = { tokens: ordered, rendering, index: 0, out: '', primary: 0 };
  for (; cursor.index < ordered.length; cursor.index += 1) step(cursor);
  return cursor.out;
}

/** The token after this one that is no blank. */
function next(cursor: Cursor, from = cursor.index): number {
  let index = from + 1;
  while (cursor.tokens[index]?.kind === 'space') index += 1;
  return index;
}

function previous(cursor: Cursor): Token | undefined {
  let index = cursor.index - 1;
  while (cursor.tokens[index]?.kind === 'space') index -= 1;
  return cursor.tokens[index];
}

function step(cursor: Cursor): void {
  const token = cursor.tokens[cursor.index];
  if (token === undefined) return;
  if (token.kind === 'space') cursor.out += ' ';
  else if (token.kind === 'group') group(cursor, token);
  else if (token.kind === 'operator') operator(cursor, token.text);
  else if (token.kind === 'word') word(cursor, token);
  else write(cursor, literal(cursor, token));
}

/** Writes something that an index or a field may follow. */
function write(cursor: Cursor, text: string): void {
  if (keyword(previous(cursor)) !== '.') cursor.primary = cursor.out.length;
  cursor.out += text;
}

function literal({ rendering }: Cursor, { kind, text }: Token): string {
  if (kind === 'string') return quote(text);
  // With a point it is a FLOAT64, where DuckDB sees a decimal.
  if (kind === 'number') return /^\d+$/.test(text) || /e/i.test(text) ? text : `${text.replace(/\.$/, '.0')}e0`;
  return tableOf(text.slice(1, -1).split('.'), rendering);
}

function tableOf(parts: readonly string[], { project }: Rendering): string {
  const [first, ...rest] = parts;
  if (parts.length === 3 && first !== project) refuse(`a table of the project ${first}`);
  return (parts.length === 3 ? rest : parts).map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}

function group(cursor: Cursor, { text, inner }: Token): void {
  const before = previous(cursor);
  const isIndex = text === '[' && before !== undefined && (before.kind === 'group' || (before.kind === 'word' && !NO_FUNCTION.has(keyword(before))));
  if (isIndex) return index(cursor, inner);
  const list = `${text}${render(inner, cursor.rendering)}${text === '(' ? ')' : ']'}`;
  write(cursor, list);
}

function index(cursor: Cursor, inner: readonly Token[]): void {
  const [how, position, ...rest] = solid(inner);
  const word = keyword(how);
  if (!/^(?:SAFE_)?(?:OFFSET|ORDINAL)$/.test(word) || position?.kind !== 'group' || rest.length > 0) refuse('an index without OFFSET or ORDINAL');
  const base = cursor.out.slice(cursor.primary).trim();
  const place = `${render(position.inner, cursor.rendering)}${word.endsWith('ORDINAL') ? ' - 1' : ''}`;
  cursor.out = `${cursor.out.slice(0, cursor.primary)}(bigquery.${word.startsWith('SAFE') ? 'safe_at' : 'at'}(${base}, ${place}))`;
}

function operator(cursor: Cursor, text: string): void {
  if (FOREIGN_OPERATORS.has(text)) refuse(`the operator ${text}`);
  if (text === '/' && !isSafeDivisor(cursor)) refuse('a / b where b may be 0: use SAFE_DIVIDE(a, b), or divide by a number or by NULLIF(b, 0)');
  cursor.out += text;
}

function isSafeDivisor(cursor: Cursor): boolean {
  const token = cursor.tokens[next(cursor)];
  return (token?.kind === 'number' && Number(token.text) !== 0) || keyword(token) === 'NULLIF';
}

function word(cursor: Cursor, token: Token): void {
  const name = keyword(token);
  const before = keyword(previous(cursor));
  const after = cursor.tokens[next(cursor)];
  if (before === '.') write(cursor, token.text);
  else if (name === 'SAFE' && keyword(after) === '.') safeCall(cursor);
  else if (name === 'UNNEST' && after?.kind === 'group') unnest(cursor, before);
  else if (after?.kind === 'group' && after.text === '(' && !NO_FUNCTION.has(name)) functionCall(cursor, name, before);
  else if (after?.kind === 'group' && after.text === '(' && (name === 'LEFT' || name === 'RIGHT' || name === 'REPLACE') && before !== '*')
    functionCall(cursor, name, before);
  else if (typeNamed(name) !== undefined && after?.kind === 'string') typedLiteral(cursor, name, after.text);
  else clauseWord(cursor, name, token.text);
}

function clauseWord(cursor: Cursor, name: string, text: string): void {
  const after = cursor.tokens[next(cursor)];
  const follows = keyword(after);
  if (FOREIGN.has(name) || (name === 'ALL' && keyword(previous(cursor)) === 'BY' && !isGrouping(cursor))) refuse(name);
  if (name === 'DISTINCT' && follows === 'ON') refuse('DISTINCT ON');
  if (name === 'LIKE' && after?.kind === 'string' && after.text.includes('\\')) refuse('LIKE with a backslash');
  if (/^(?:UNION|EXCEPT|INTERSECT)$/.test(name) && keyword(previous(cursor)) !== '*') return setOperation(cursor, name, follows);
  if (name === 'EXCEPT') cursor.out += 'EXCLUDE';
  else if (name === 'INTERVAL') interval(cursor);
  else if (name === 'CURRENT_DATE' || name === 'CURRENT_TIMESTAMP') write(cursor, call(name, [], cursor.rendering));
  else if (cursor.rendering.variables?.has(text.toLowerCase()) === true) write(cursor, `getvariable(${quote(text.toLowerCase())})`);
  else write(cursor, text);
}

function isGrouping(cursor: Cursor): boolean {
  const words = solid(cursor.tokens.slice(0, cursor.index));
  return keyword(words.at(-2)) === 'GROUP';
}

function setOperation(cursor: Cursor, name: string, follows: string): void {
  if (follows !== 'DISTINCT' && !(follows === 'ALL' && name === 'UNION')) refuse(`${name} without ${name === 'UNION' ? 'ALL or DISTINCT' : 'DISTINCT'}`);
  cursor.out += follows === 'ALL' ? 'UNION ALL' : name;
  cursor.index = next(cursor);
}

/** `INTERVAL x PART`: DuckDB wants brackets around all but a number. */
function interval(cursor: Cursor): void {
  const begin = cursor.index + 1;
  const length = cursor.tokens.slice(begin).findIndex((token) => isPart(keyword(token)));
  const amount = cursor.tokens.slice(begin, begin + length);
  const part = keyword(cursor.tokens[begin + length]);
  if (length < 0 || solid(amount)[0]?.kind === 'string' || part.startsWith('ISO')) refuse('INTERVAL other than INTERVAL <number> <part>');
  write(cursor, `INTERVAL (${render(amount, cursor.rendering).trim()}) ${part}`);
  cursor.index = begin + length;
}

function typedLiteral(cursor: Cursor, name: string, text: string): void {
  write(cursor, name === 'BYTES' ? refuse('BYTES literals') : `CAST(${quote(text)} AS ${typeNamed(name)})`);
  cursor.index = next(cursor);
}

function safeCall(cursor: Cursor): void {
  const name = next(cursor, next(cursor));
  const list = next(cursor, name);
  const args = cursor.tokens[list];
  if (args?.kind !== 'group') refuse('SAFE. before something that is no function');
  const text = `TRY(${call(keyword(cursor.tokens[name]), args.inner, cursor.rendering)})`;
  write(cursor, text);
  cursor.index = list;
}

function functionCall(cursor: Cursor, name: string, before: string): void {
  const list = next(cursor);
  const args = cursor.tokens[list]?.inner ?? [];
  // The names that WITH and AS give may have a list of columns behind them.
  if (before === 'WITH' || before === 'AS' || (before === ',' && isDefinition(cursor, list))) refuse(`a list of columns behind ${name}`);
  const over = cursor.tokens[next(cursor, list)];
  const window = keyword(over) === 'OVER' ? cursor.tokens[next(cursor, next(cursor, list))] : undefined;
  write(cursor, call(name, args, cursor.rendering, window));
  cursor.index = window === undefined ? list : next(cursor, next(cursor, list));
}

function isDefinition(cursor: Cursor, list: number): boolean {
  const as = next(cursor, list);
  return keyword(cursor.tokens[as]) === 'AS' && cursor.tokens[next(cursor, as)]?.kind === 'group' && keyword(solid(cursor.tokens)[0]) === 'WITH';
}

/** `IN UNNEST(a)`, `UNNEST(a) AS x`, `UNNEST(a) AS x WITH OFFSET AS o`: an offset counts from 0. */
function unnest(cursor: Cursor, before: string): void {
  const list = next(cursor);
  const array = render(cursor.tokens[list]?.inner ?? [], cursor.rendering);
  cursor.index = list;
  if (before === 'IN') {
    cursor.out += `(SELECT unnest(${array}))`;
    return;
  }
  const name = alias(cursor) ?? refuse('UNNEST without a name: write UNNEST(…) AS x');
  const table = cursor.rendering.unique();
  const after = next(cursor);
  if (keyword(cursor.tokens[after]) !== 'WITH') {
    cursor.out += `unnest(${array}) AS ${table}(${name})`;
    return;
  }
  if (keyword(cursor.tokens[next(cursor, after)]) !== 'OFFSET') refuse('WITH behind UNNEST');
  cursor.index = next(cursor, after);
  const offset = alias(cursor) ?? 'offset';
  cursor.out += `(SELECT unnest(${array}) AS ${name}, unnest(range(len(${array}))) AS "${offset}") AS ${table}`;
}

/** Reads `AS x` or `x` behind the place, and goes behind it. */
function alias(cursor: Cursor): string | undefined {
  let place = next(cursor);
  if (keyword(cursor.tokens[place]) === 'AS') place = next(cursor, place);
  const token = cursor.tokens[place];
  if (token?.kind !== 'word' || TABLE_ENDS.test(keyword(token))) return undefined;
  cursor.index = place;
  return token.text;
}
