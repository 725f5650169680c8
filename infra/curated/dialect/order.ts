import { keyword, solid, type Token } from './tokens.ts';

const SPACE: Token = { kind: 'space', text: ' ', inner: [] };
const END = /^(?:LIMIT|ROWS|RANGE|UNION|EXCEPT|INTERSECT|QUALIFY|WINDOW)$/;

/** Says after each expression of an ORDER BY where NULL comes: in BigQuery it is the least value, in DuckDB the session decides. */
export function orderNulls(tokens: readonly Token[]): readonly Token[] {
  const written: Token[] = [];
  let key: Token[] | undefined;
  const finish = () => {
    if (key !== undefined) written.push(...key, ...nullsOf(key));
    key = undefined;
  };
  for (const [index, token] of tokens.entries()) {
    const word = keyword(token);
    if (key !== undefined && (word === ',' || END.test(word))) {
      finish();
      written.push(token);
      if (word === ',') key = [];
    } else if (key === undefined) {
      written.push(token);
      if (word === 'BY' && isOrder(tokens, index)) key = [];
    } else key.push(token);
  }
  finish();
  return written;
}

function isOrder(tokens: readonly Token[], index: number): boolean {
  return keyword(solid(tokens.slice(0, index)).at(-1)) === 'ORDER';
}

function nullsOf(key: readonly Token[]): readonly Token[] {
  const words = solid(key);
  // Nothing behind a trailing comma, and what says it itself.
  if (words.length === 0 || keyword(words.at(-2)) === 'NULLS') return [];
  return [SPACE, word('NULLS'), SPACE, word(keyword(words.at(-1)) === 'DESC' ? 'LAST' : 'FIRST'), SPACE];
}

function word(text: string): Token {
  return { kind: 'word', text, inner: [] };
}
