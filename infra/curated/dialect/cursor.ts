import type { Rendering } from './rendering.ts';
import { keyword, type Token } from './tokens.ts';

/** A place in a list of tokens, and what has been written of it. */
export interface Cursor {
  readonly tokens: readonly Token[];
  readonly rendering: Rendering;
  index: number;
  out: string;
  /** Where in `out` the expression begins that a bracket or a point may follow. */
  primary: number;
}

/** The token after this one that is no blank. */
export function next(cursor: Cursor, from = cursor.index): number {
  let index = from + 1;
  while (cursor.tokens[index]?.kind === 'space') index += 1;
  return index;
}

/** The token before this one that is no blank. */
export function previous(cursor: Cursor): Token | undefined {
  let index = cursor.index - 1;
  while (cursor.tokens[index]?.kind === 'space') index -= 1;
  return cursor.tokens[index];
}

/** Writes something that an index or a field may follow. */
export function write(cursor: Cursor, text: string): void {
  if (keyword(previous(cursor)) !== '.') cursor.primary = cursor.out.length;
  cursor.out += text;
}
