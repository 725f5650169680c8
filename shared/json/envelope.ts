import { PermanentError } from '../errors.ts';
import { markedText, parseElements } from './lossless.ts';

/** A page is held until it is complete, so its size has a limit; sources have a page size to set. */
export const MAX_PAGE_BYTES = 32 * 1024 * 1024;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NO_RECORDS = Buffer.from('[]');

/**
 * What a page says beside its records: the document with an empty array in their place, which begins and ends at those offsets.
 * Throws PermanentError where that cannot be read: a page that says nothing would pass for the last one.
 */
export function envelopeOf(page: Buffer, [start, end]: readonly [number, number]): unknown {
  const envelope = parseDocument(Buffer.concat([page.subarray(0, start), NO_RECORDS, page.subarray(end)]));
  if (envelope === undefined) throw new PermanentError('malformed', 'what stands beside the records of a page is no JSON in UTF-8');
  return envelope;
}

/** A document, numbers exact; undefined where the bytes are no JSON in UTF-8. */
export function parseDocument(bytes: Buffer): unknown {
  const start = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const text = markedText(bytes.subarray(start));
  try {
    const values = text === undefined ? [] : parseElements(text);
    return values.length === 1 ? values[0] : undefined;
  } catch {
    return undefined;
  }
}
