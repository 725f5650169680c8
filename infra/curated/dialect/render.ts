import { withAliases } from './aliases.ts';
import { call } from './calls.ts';
import { type Cursor, next, previous, write } from './cursor.ts';
import { orderNulls } from './order.ts';
import { checkLiteral } from './literals.ts';
import { type Names, quote, type Rendering } from './rendering.ts';
import { typeNamed } from './types.ts';
import { unnest } from './unnest.ts';
import { keyword, solid, split, type Token } from './tokens.ts';
import { refuse } from './unsupported.ts';
import { plainWord } from './words.ts';

/** Words before a bracket that is not the list of a function's arguments. */
const NO_FUNCTION = new Set(
  'ALL AND ANY AS BETWEEN BY CASE CROSS CUBE DISTINCT ELSE EXCEPT EXISTS FOR FROM GROUP GROUPING HAVING IN INNER INTERSECT INTERVAL INTO IS JOIN LIKE LIMIT NOT ON OR ORDER OVER PARTITION PIVOT QUALIFY ROLLUP SELECT SETS THEN UNION UNPIVOT USING VALUES WHEN WHERE WINDOW WITH'.split(
    ' ',
  ),
);
const GREATEST_INT64 = 2n ** 63n - 1n;
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
  // BigQuery fills with zeros from the left, DuckDB with the sign.
  '>>',
  ';',
  '\\',
  '"',
  "'",
  '`',
]);

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
  const ordered = withAliases(orderNulls(tokens));
  const cursor: Cursor = { tokens: ordered, rendering, index: 0, out: '', primary: 0 };
  for (; cursor.index < ordered.length; cursor.index += 1) step(cursor);
  return cursor.out;
}

function step(cursor: Cursor): void {
  const token = cursor.tokens[cursor.index];
  if (token === undefined) return;
  if (token.kind === 'space') cursor.out += ' ';
  else if (token.kind === 'group') group(cursor, token);
  else if (token.kind === 'operator') operator(cursor, token.text);
  else if (token.kind === 'word') word(cursor, token);
  else if (token.kind === 'quoted') write(cursor, field(tableOf(token.text.slice(1, -1).split('.'), cursor.rendering), cursor.tokens[next(cursor)]));
  else write(cursor, literal(token));
}

function literal({ kind, text }: Token): string {
  if (kind === 'string') return quote(text);
  if (/^\d+$/.test(text) && BigInt(text) > GREATEST_INT64) refuse(`the number ${text}, which is greater than every INT64`);
  // With a point it is a FLOAT64, where DuckDB sees a decimal.
  return /^\d+$/.test(text) || /e/i.test(text) ? text : `${text.replace(/\.$/, '.0')}e0`;
}

function tableOf(parts: readonly string[], { project }: Rendering): string {
  const [first, ...rest] = parts;
  if (parts.length === 3 && first !== project) refuse(`a table of the project ${first}`);
  return (parts.length === 3 ? rest : parts).map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}

function group(cursor: Cursor, { text, inner }: Token): void {
  const before = previous(cursor);
  const isIndex = text === '[' && before !== undefined && (before.kind === 'group' || (before.kind === 'word' && !NO_FUNCTION.has(keyword(before))));
  if (isIndex) index(cursor, inner);
  else write(cursor, `${text}${render(inner, keyword(before) === 'PIVOT' ? pivoting(cursor.rendering) : cursor.rendering)}${text === '(' ? ')' : ']'}`);
}

function pivoting(rendering: Rendering): Rendering {
  const own: Rendering = { ...rendering, isPivot: true, render: (inner) => render(inner, own) };
  return own;
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
  if (keyword(token) !== 'NULLIF') return token?.kind === 'number' && Number(token.text) !== 0;
  const args = split(cursor.tokens[next(cursor, next(cursor))]?.inner ?? [], ',').map(solid);
  return args.length === 2 && args[1]?.length === 1 && args[1][0]?.kind === 'number' && Number(args[1][0].text) === 0;
}

function word(cursor: Cursor, token: Token): void {
  const name = keyword(token);
  const before = keyword(previous(cursor));
  const after = cursor.tokens[next(cursor)];
  if (before === '.') write(cursor, field(token.text, after));
  else if (name === 'SAFE' && keyword(after) === '.') safeCall(cursor);
  else if (name === 'UNNEST' && after?.kind === 'group') unnest(cursor, before);
  else if (isCall(name, before, after)) functionCall(cursor, name, before);
  else if (typeNamed(name) !== undefined && after?.kind === 'string') typedLiteral(cursor, name, after.text);
  else plainWord(cursor, name, token.text);
}

/** A name behind a point, or in backquotes: with brackets DuckDB would call a function of that name, unknown to BigQuery. */
function field(name: string, after: Token | undefined): string {
  return after?.kind === 'group' && after.text === '(' ? refuse(`the function ${name} behind a point or in backquotes`) : name;
}

function typedLiteral(cursor: Cursor, name: string, text: string): void {
  if (name === 'BYTES') refuse('BYTES literals');
  checkLiteral(name, text);
  write(cursor, `CAST(${quote(text)} AS ${typeNamed(name)})`);
  cursor.index = next(cursor);
}

function isCall(name: string, before: string, after: Token | undefined): boolean {
  const isReplace = name === 'REPLACE' && before === '*';
  return after?.kind === 'group' && after.text === '(' && !NO_FUNCTION.has(name) && !isReplace;
}

function safeCall(cursor: Cursor): void {
  const name = next(cursor, next(cursor));
  const list = next(cursor, name);
  const args = cursor.tokens[list];
  if (args?.kind !== 'group') refuse('SAFE. before something that is no function');
  const text = call(keyword(cursor.tokens[name]), args.inner, cursor.rendering);
  // TRY does row after row what fails: 17 s for a million; a parser of DuckDB that gives NULL does not.
  write(cursor, text.startsWith('bigquery.parse_') ? text.replace('bigquery.', 'bigquery.safe_') : `TRY(${text})`);
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
