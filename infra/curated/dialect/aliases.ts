import { clauseOf, type Item, isItself, itemsOf, mentionsOf, queriesOf } from './select-list.ts';
import { keyword, solid, spaced, split, type Token } from './tokens.ts';
import { refuse } from './unsupported.ts';

/** What may stand behind a name in ORDER BY that is all of its expression. */
const DIRECTION = /^(?:ASC|DESC|NULLS|FIRST|LAST)$/;

/**
 * Puts what a name of the select list stands for where BigQuery means it and DuckDB a column of that name: its place in GROUP BY,
 * its value in HAVING and QUALIFY. Refuses it in another item of the list, in WHERE and in WINDOW, where BigQuery takes it for a
 * column or does not know it, and within an expression of GROUP BY or ORDER BY: `t.name` says which one is meant.
 */
export function withAliases(tokens: readonly Token[]): readonly Token[] {
  const instead = new Map(queriesOf(solid(tokens)).flatMap(replacements));
  return instead.size === 0 ? tokens : replaced(tokens, instead);
}

function replacements(query: readonly Token[]): readonly (readonly [Token, Token])[] {
  const items = itemsOf(query);
  if (items.some(({ value }) => value[0]?.text === '*')) {
    const words = new Set(clauseOf(query, 'FROM').map(keyword));
    if (words.has('UNNEST')) refuse('* of UNNEST, which has the fields of a STRUCT as columns in BigQuery: name them');
    if (words.has('USING')) refuse('* of a join USING, whose columns come first in BigQuery: name the columns');
  }
  return items.flatMap((item, place) => {
    if (item.alias === '' || isItself(item)) return [];
    checkItem(item, items, query);
    return [...inGroupBy(item, items.slice(0, place), query), ...inConditions(item, query)];
  });
}

function checkItem({ alias }: Item, items: readonly Item[], query: readonly Token[]): void {
  const others = items.filter((other) => other.alias !== alias).flatMap(({ value }) => value);
  const places: readonly (readonly [string, readonly Token[]])[] = [
    ['the select list that names it', others],
    ['WHERE, named by the select list', clauseOf(query, 'WHERE')],
    ['WINDOW, named by the select list', clauseOf(query, 'WINDOW')],
    ['an expression of ORDER BY, named by the select list', keysOf(query, 'ORDER').filter(isExpression).flat()],
    ['an expression of GROUP BY, named by the select list', keysOf(query, 'GROUP').filter(isExpression).flat()],
  ];
  for (const [where, there] of places) if (mentionsOf(there, alias).length > 0) refuse(`${alias} in ${where}: write t.${alias} where a column is meant`);
}

/** By its place in the list, which a star before it would move. */
function inGroupBy({ alias }: Item, before: readonly Item[], query: readonly Token[]): readonly (readonly [Token, Token])[] {
  const keys = keysOf(query, 'GROUP').flatMap((key) => (isExpression(key) ? [] : mentionsOf(key, alias)));
  if (keys.length > 0 && before.some(({ value }) => isStar(value))) refuse(`${alias} in GROUP BY behind a * of the select list: name its columns`);
  return keys.map((key) => [key, { kind: 'number', text: `${before.length + 1}`, inner: [] }]);
}

function inConditions({ alias, value }: Item, query: readonly Token[]): readonly (readonly [Token, Token])[] {
  const conditions = [...clauseOf(query, 'HAVING'), ...clauseOf(query, 'QUALIFY')];
  return mentionsOf(conditions, alias).map((mention) => [mention, { kind: 'group', text: '(', inner: value.flatMap(spaced) }]);
}

function keysOf(query: readonly Token[], word: 'GROUP' | 'ORDER'): readonly (readonly Token[])[] {
  return split(clauseOf(query, word).slice(1), ',');
}

function isExpression([, ...rest]: readonly Token[]): boolean {
  return rest.some((token) => !DIRECTION.test(keyword(token)));
}

function isStar(value: readonly Token[]): boolean {
  return value.some((token, index) => token.text === '*' && (index === 0 || keyword(value[index - 1]) === '.'));
}

function replaced(tokens: readonly Token[], instead: ReadonlyMap<Token, Token>): readonly Token[] {
  return tokens.map((token) => instead.get(token) ?? (token.kind === 'group' ? { ...token, inner: replaced(token.inner, instead) } : token));
}
