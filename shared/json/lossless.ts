import { isAscii, isUtf8 } from 'node:buffer';
import { randomInt } from 'node:crypto';
import { findSourceNumbers } from './number-scanner.ts';

/** A number whose text `String(number)` would not give back; JSON.stringify writes it as it came. */
export interface SourceNumber {
  readonly rawJSON: string;
}

/** JSON as text in which the numbers that a double would change stand as marked strings. */
export interface MarkedText {
  readonly text: string;
  readonly marks: number;
}

interface LosslessJson {
  rawJSON(text: string): SourceNumber;
  isRawJSON(value: unknown): value is SourceNumber;
}

/** ECMAScript's JSON.parse source text access (Node 22 and later); TypeScript 7 has no types for it. */
const json = JSON as unknown as LosslessJson;
/** Begins the string that stands for a number; nobody can foresee it, so no text of a source can pretend to be one. */
const MARK = `number ${randomInt(2 ** 47)} `;

const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');

/** The text of bytes of JSON; undefined where they are not UTF-8. */
export function markedText(bytes: Buffer): MarkedText | undefined {
  const ascii = isAscii(bytes);
  if (!ascii && !isUtf8(bytes)) return undefined;
  // A batch in ASCII becomes a one-byte string, which V8 parses faster.
  const encoding = ascii ? 'latin1' : 'utf8';
  let text = '';
  let at = 0;
  let marks = 0;
  findSourceNumbers(bytes, (start, end) => {
    text += `${bytes.toString(encoding, at, start)}"${MARK}${bytes.toString('latin1', start, end)}"`;
    at = end;
    marks += 1;
  });
  return { text: text + bytes.toString(encoding, at), marks };
}

/** Parses comma-separated JSON values; a marked string becomes a SourceNumber. Throws SyntaxError. */
export function parseElements({ text, marks }: MarkedText): unknown[] {
  const values: unknown[] = JSON.parse(`[${text}]`);
  // A mark may have become the name of a member, which a number cannot be, or have been overwritten by a member of the same name.
  if (marks > 0 && unmark(values) !== marks) JSON.parse(`[${text.replaceAll(MARKED, '$1')}]`);
  return values;
}

/** True for a number kept as its text. */
export function isSourceNumber(value: unknown): value is SourceNumber {
  return json.isRawJSON(value);
}

/** Answers how many marks it has found. Not recursive: a document may be nested deeper than the stack. */
function unmark(values: unknown[]): number {
  let found = 0;
  const containers: object[] = [values];
  for (let container = containers.pop(); container !== undefined; container = containers.pop()) {
    for (const [key, value] of Object.entries(container)) {
      if (typeof value === 'string') {
        if (!value.startsWith(MARK)) continue;
        setMember(container, key, json.rawJSON(value.slice(MARK.length)));
        found += 1;
      } else if (typeof value === 'object' && value !== null) containers.push(value);
    }
  }
  return found;
}

/** An assignment to `__proto__` would not make a member. */
function setMember(container: object, key: string, value: SourceNumber): void {
  if (key === '__proto__') Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
  else (container as Record<string, unknown>)[key] = value;
}
