import { call } from './calls.ts';
import { type Cursor, next, previous, write } from './cursor.ts';
import { quote } from './rendering.ts';
import { keyword, solid, type Token } from './tokens.ts';
import { isPart } from './types.ts';
import { refuse } from './unsupported.ts';

/** Words that are DuckDB's, or that mean something else there. */
const FOREIGN = new Set(
  'ANTI ASOF COLUMNS DESCRIBE EXCLUDE FILTER GLOB ILIKE ISNULL LATERAL NATURAL NOTNULL POSITIONAL PRAGMA SAMPLE SEMI SIMILAR SUMMARIZE TABLESAMPLE VALUES'.split(
    ' ',
  ),
);
const SET_OPERATION = /^(?:UNION|EXCEPT|INTERSECT)$/;

/** Writes a word that is no function: a clause, an operator, a name. */
export function plainWord(cursor: Cursor, name: string, text: string): void {
  checkWord(cursor, name);
  const follows = keyword(cursor.tokens[next(cursor)]);
  const isAfterStar = keyword(previous(cursor)) === '*';
  if (SET_OPERATION.test(name) && !isAfterStar) setOperation(cursor, name, follows);
  else if (name === 'EXCEPT') cursor.out += 'EXCLUDE';
  else if (name === 'INTERVAL') interval(cursor);
  else if (name === 'CURRENT_DATE' || name === 'CURRENT_TIMESTAMP') write(cursor, call(name, [], cursor.rendering));
  else if (cursor.rendering.variables?.has(text.toLowerCase()) === true) write(cursor, `getvariable(${quote(text.toLowerCase())})`);
  else write(cursor, text);
}

function checkWord(cursor: Cursor, name: string): void {
  const after = cursor.tokens[next(cursor)];
  if (FOREIGN.has(name) || (name === 'ALL' && keyword(previous(cursor)) === 'BY' && !isGrouping(cursor))) refuse(name);
  if (name === 'DISTINCT' && keyword(after) === 'ON') refuse('DISTINCT ON');
  if (name === 'LIKE') checkPattern(cursor, after);
  if (name === 'LIMIT' && after?.kind !== 'number') refuse('LIMIT other than LIMIT <number>');
}

/** A backslash makes plain what follows in BigQuery only. */
function checkPattern(cursor: Cursor, pattern: Token | undefined): void {
  const follows = keyword(cursor.tokens[next(cursor, next(cursor))]);
  if (pattern?.kind !== 'string' || follows === '||') refuse('LIKE with a pattern that is no literal: use STARTS_WITH, ENDS_WITH or STRPOS');
  if (pattern.text.includes('\\')) refuse('LIKE with a backslash');
}

function isGrouping(cursor: Cursor): boolean {
  const words = solid(cursor.tokens.slice(0, cursor.index));
  return keyword(words.at(-2)) === 'GROUP';
}

function setOperation(cursor: Cursor, name: string, follows: string): void {
  if (follows !== 'DISTINCT' && !(follows === 'ALL' && name === 'UNION')) refuse(`${name} without ${name === 'UNION' ? 'ALL or DISTINCT' : 'DISTINCT'}`);
  if (operationsOf(solid(cursor.tokens)).size > 1) refuse('different set operations side by side: put brackets around one');
  cursor.out += follows === 'ALL' ? 'UNION ALL' : name;
  cursor.index = next(cursor);
}

/** The kinds of set operations on this level. */
function operationsOf(tokens: readonly Token[]): ReadonlySet<string> {
  const found = tokens.flatMap((token, index) => {
    const isOne = SET_OPERATION.test(keyword(token)) && keyword(tokens[index - 1]) !== '*';
    return isOne ? [`${keyword(token)} ${keyword(tokens[index + 1])}`] : [];
  });
  return new Set(found);
}

/** `INTERVAL x PART`: DuckDB wants brackets around all but a number. */
function interval(cursor: Cursor): void {
  const begin = cursor.index + 1;
  const length = cursor.tokens.slice(begin).findIndex((token) => isPart(keyword(token)));
  const amount = cursor.tokens.slice(begin, begin + length);
  const part = keyword(cursor.tokens[begin + length]);
  if (length < 0 || solid(amount)[0]?.kind === 'string' || part.startsWith('ISO')) refuse('INTERVAL other than INTERVAL <number> <part>');
  write(cursor, `INTERVAL (${cursor.rendering.render(amount).trim()}) ${part}`);
  cursor.index = begin + length;
}
