import type { Delimiter } from './delimiter.ts';

const QUOTE = 0x22;

/** Whether each quoted cell of a record ends where its quotes are closed; such a record is one, however many lines it takes. */
export function hasClosedQuotes(record: Buffer, delimiter: Delimiter): boolean {
  const separator = delimiter.charCodeAt(0);
  let at = 0;
  while (at < record.length) {
    if (record[at] === QUOTE) {
      at = quotedEnd(record, at);
      if (at < record.length && record[at] !== separator) return false;
    } else {
      const end = record.indexOf(separator, at);
      at = end < 0 ? record.length : end;
    }
    at += 1;
  }
  return true;
}

/** Where the cell's quotes are closed; two quotes stand for one. */
function quotedEnd(record: Buffer, start: number): number {
  let close = record.indexOf(QUOTE, start + 1);
  while (close >= 0 && record[close + 1] === QUOTE) close = record.indexOf(QUOTE, close + 2);
  return close < 0 ? record.length : close + 1;
}
