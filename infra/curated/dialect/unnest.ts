import { type Cursor, next } from './cursor.ts';
import { keyword } from './tokens.ts';
import { refuse } from './unsupported.ts';

const TABLE_ENDS = /^(?:AS|CROSS|EXCEPT|FULL|GROUP|HAVING|INNER|INTERSECT|JOIN|LEFT|LIMIT|ON|ORDER|PIVOT|QUALIFY|RIGHT|UNION|UNPIVOT|USING|WHERE|WINDOW|WITH)$/;

/** `IN UNNEST(a)`, `UNNEST(a) AS x`, `UNNEST(a) AS x WITH OFFSET AS o`: an offset counts from 0. */
export function unnest(cursor: Cursor, before: string): void {
  const list = next(cursor);
  const array = cursor.rendering.render(cursor.tokens[list]?.inner ?? []);
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
