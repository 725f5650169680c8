import { keyword, solid, split, type Token } from './tokens.ts';

/** A value of a select list and the name that AS gives it, '' where it gives none; in small letters, as names are compared. */
export interface Item {
  readonly alias: string;
  readonly value: readonly Token[];
}

const SET = /^(?:UNION|EXCEPT|INTERSECT)$/;
const CLAUSE = /^(?:FROM|WHERE|GROUP|HAVING|QUALIFY|WINDOW|ORDER|LIMIT)$/;

/** The queries of one level, without blanks: those that UNION joins, each from behind SELECT on; what comes before (WITH) is none. */
export function queriesOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [];
  for (const [index, token] of tokens.entries()) {
    const word = keyword(token);
    if (word === 'SELECT') found.push([]);
    else if (SET.test(word) && tokens[index - 1]?.text !== '*') found.push([]);
    else found.at(-1)?.push(token);
  }
  return found;
}

export function itemsOf(query: readonly Token[]): readonly Item[] {
  const from = query.findIndex((token) => keyword(token) === 'FROM');
  return split(query.slice(keyword(query[0]) === 'DISTINCT' ? 1 : 0, from < 0 ? query.length : from), ',').map(itemOf);
}

/** What stands behind the word of a clause (of GROUP and ORDER: with BY), up to the next one. */
export function clauseOf(query: readonly Token[], word: string): readonly Token[] {
  const begin = query.findIndex((token) => keyword(token) === word);
  if (begin < 0) return [];
  const rest = query.slice(begin + 1);
  const length = rest.findIndex((token) => CLAUSE.test(keyword(token)));
  return length < 0 ? rest : rest.slice(0, length);
}

/** `x AS x` and `t.x AS x` name what is called so anyway. */
export function isItself({ alias, value }: Item): boolean {
  return nameOf(value.at(-1)) === alias && (value.length === 1 || (value.length === 3 && keyword(value[1]) === '.'));
}

/** The tokens that stand alone for a name; a query in brackets has names of its own. */
export function mentionsOf(tokens: readonly Token[], name: string): readonly Token[] {
  return tokens.flatMap((token, index) => {
    if (token.kind === 'group') return isQuery(token) ? [] : mentionsOf(solid(token.inner), name);
    const isPath = keyword(tokens[index - 1]) === '.' || keyword(tokens[index + 1]) === '.';
    const isOther = keyword(tokens[index - 1]) === 'AS' || tokens[index + 1]?.kind === 'group';
    return nameOf(token) === name && !isPath && !isOther ? [token] : [];
  });
}

function itemOf(tokens: readonly Token[]): Item {
  const alias = keyword(tokens.at(-2)) === 'AS' ? nameOf(tokens.at(-1)) : undefined;
  return alias === undefined ? { alias: '', value: tokens } : { alias, value: tokens.slice(0, -2) };
}

function isQuery({ inner }: Token): boolean {
  return /^(?:SELECT|WITH)$/.test(keyword(solid(inner)[0]));
}

function nameOf(token: Token | undefined): string | undefined {
  if (token?.kind === 'quoted') return token.text.slice(1, -1).toLowerCase();
  return token?.kind === 'word' ? token.text.toLowerCase() : undefined;
}
