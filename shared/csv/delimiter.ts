export type Delimiter = ',' | ';' | '\t' | '|';

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];
const QUOTE = 0x22;
const LINE_END = new Set([0x0a, 0x0d]);

/** What separates cells: the character that stands most often in the first line with anything in it, quoted cells left out; a comma in doubt. */
export function delimiterOf(bytes: Buffer): Delimiter {
  const counts = new Map<number, number>();
  let inQuotes = false;
  let hasText = false;
  for (const byte of bytes) {
    if (byte === QUOTE) inQuotes = !inQuotes;
    else if (inQuotes) continue;
    else if (!LINE_END.has(byte)) counts.set(byte, (counts.get(byte) ?? 0) + 1);
    else if (hasText) break;
    hasText ||= !LINE_END.has(byte);
  }
  const countOf = (delimiter: Delimiter) => counts.get(delimiter.charCodeAt(0)) ?? 0;
  return DELIMITERS.reduce((best, delimiter) => (countOf(delimiter) > countOf(best) ? delimiter : best));
}
