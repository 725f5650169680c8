import { keyword, solid, split, type Token } from './tokens.ts';
import { refuse } from './unsupported.ts';

const SET = /^(?:UNION|EXCEPT|INTERSECT)$/;
const AFTER_WHERE = /^(?:GROUP|HAVING|QUALIFY|WINDOW|ORDER|LIMIT)$/;

interface Item {
  readonly alias: string;
  readonly value: readonly Token[];
}

/**
 * Refuses a name that the select list itself gives, in another of its items or in WHERE: BigQuery takes it for a column
 * there or does not know it, DuckDB may take it for the new value. `t.name` says which one is meant.
 */
export function checkAliases(tokens: readonly Token[]): void {
  for (const query of queries(solid(tokens))) checkQuery(query);
}

/** The queries of one level: those that UNION joins, and what comes before a SELECT (WITH) is none. */
function queries(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [];
  for (const [index, token] of tokens.entries()) {
    const word = keyword(token);
    if (word === 'SELECT') found.push([]);
    else if (SET.test(word) && tokens[index - 1]?.text !== '*') found.push([]);
    else found.at(-1)?.push(token);
  }
  return found;
}

function checkQuery(query: readonly Token[]): void {
  const from = query.findIndex((token) => keyword(token) === 'FROM');
  const items = split(query.slice(0, from < 0 ? query.length : from), ',').map(itemOf);
  const where = whereOf(query);
  for (const { alias, value } of items) {
    if (alias === '' || isItself(alias, value)) continue;
    const others = items.filter((item) => item.alias !== alias).flatMap((item) => item.value);
    if (mentions(others, alias)) refuse(`${alias} in the select list that names it: write t.${alias} where a column is meant`);
    if (mentions(where, alias)) refuse(`${alias} in WHERE, named by the select list: write t.${alias} where a column is meant`);
  }
}

function itemOf(tokens: readonly Token[]): Item {
  const as = tokens.at(-2);
  const last = tokens.at(-1);
  if (keyword(as) !== 'AS' || last === undefined || last.kind === 'group') return { alias: '', value: tokens };
  return { alias: last.text.toLowerCase(), value: tokens.slice(0, -2) };
}

function whereOf(query: readonly Token[]): readonly Token[] {
  const begin = query.findIndex((token) => keyword(token) === 'WHERE');
  if (begin < 0) return [];
  const length = query.slice(begin).findIndex((token) => AFTER_WHERE.test(keyword(token)));
  return query.slice(begin + 1, length < 0 ? query.length : begin + length);
}

/** `x AS x` and `t.x AS x` name what is called so anyway. */
function isItself(alias: string, value: readonly Token[]): boolean {
  return value.at(-1)?.text.toLowerCase() === alias && (value.length === 1 || (value.length === 3 && keyword(value[1]) === '.'));
}

/** Whether a name stands alone in the tokens; a query in brackets has names of its own. */
function mentions(tokens: readonly Token[], name: string): boolean {
  return tokens.some((token, index) => {
    if (token.kind === 'group') return !/^(?:SELECT|WITH)$/.test(keyword(solid(token.inner)[0])) && mentions(solid(token.inner), name);
    if (token.kind !== 'word' || token.text.toLowerCase() !== name) return false;
    const isPath = keyword(tokens[index - 1]) === '.' || keyword(tokens[index + 1]) === '.';
    const isName = keyword(tokens[index - 1]) === 'AS' || tokens[index + 1]?.kind === 'group';
    return !isPath && !isName;
  });
}
