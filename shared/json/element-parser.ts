import { isUtf8 } from 'node:buffer';
import { keptText, MAX_RECORD_VALUES, UnreadableRecord } from './elements.ts';
import { markedText, parseElements } from './lossless.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;

/** Reads comma-separated values out of a range of bytes; undefined where it is not JSON or not UTF-8. */
export function tryParse(buffer: Buffer, start: number, end: number): unknown[] | undefined {
  const marked = markedText(buffer.subarray(start, end));
  try {
    return marked === undefined ? undefined : parseElements(marked);
  } catch {
    return undefined;
  }
}

/** Reads one value, in a list; what is JSON but cannot be a record becomes an UnreadableRecord, what is no JSON is undefined. */
export function parseOne(buffer: Buffer, start: number, end: number): unknown[] | undefined {
  const bytes = buffer.subarray(start, end);
  if (hasTooManyValues(bytes)) return [new UnreadableRecord('size', `at most ${MAX_RECORD_VALUES} values`, keptText(bytes))];
  const values = tryParse(buffer, start, end);
  if (values !== undefined) return values.length === 1 ? values : undefined;
  if (isUtf8(bytes) || !isJson(bytes.toString('utf8'))) return undefined;
  return [new UnreadableRecord('unicode', 'valid UTF-8', keptText(bytes))];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A value takes at least two bytes, with the comma or bracket in front of it. */
function hasTooManyValues(bytes: Buffer): boolean {
  if (bytes.length <= MAX_RECORD_VALUES * 2) return false;
  let values = 1;
  let inString = false;
  for (let at = 0; at < bytes.length && values <= MAX_RECORD_VALUES; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) inString = !inString;
    else if (byte === BACKSLASH) at += 1;
    else if (!inString && (byte === COMMA || byte === OPEN_BRACKET || byte === OPEN_BRACE)) values += 1;
  }
  return values > MAX_RECORD_VALUES;
}
