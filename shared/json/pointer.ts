import { isSourceNumber } from './lossless.ts';

const POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;

/** Says of a declared text that it is no JSON pointer to a member, and what to write; undefined where it is one, or nothing. */
export function pointerProblem(what: string, text: string | undefined): string | undefined {
  if (text === undefined || POINTER.test(text)) return undefined;
  const advice = text.startsWith('/') ? '~ in a name is written ~0, and / in a name ~1' : `write "/${text.replaceAll('.', '/')}"`;
  return `${what} is "${text}", which is no JSON pointer (RFC 6901): ${advice}`;
}

/** The members that a JSON pointer (RFC 6901) names, outermost first; '' names the document itself. */
export function pointerPath(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What a JSON pointer names in a parsed document; undefined where there is nothing. Own members only. */
export function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** The text that a pointer names, or a number as the source wrote it; undefined for anything else and for an empty text. */
export function textAt(document: unknown, pointer: string): string | undefined {
  const value = valueAt(document, pointerPath(pointer));
  if (isSourceNumber(value)) return value.rawJSON;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
