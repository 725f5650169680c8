export type Delimiter = ',' | ';' | '\t' | '|';

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];
const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/**
 * What separates cells: the character that stands most often in the first line with anything in it, quoted cells left out; a comma
 * in doubt. Undefined where that line has no end in these bytes.
 */
export function delimiterOf(bytes: Buffer): Delimiter | undefined {
  const counts = new Map<number, number>();
  let inQuotes = false;
  let hasText = false;
  for (const byte of bytes) {
    const isEnd = !inQuotes && (byte === LF || byte === CR);
    if (isEnd && hasText) return mostOf(counts);
    if (byte === QUOTE) inQuotes = !inQuotes;
    else if (!inQuotes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
    hasText ||= !isEnd;
  }
  return undefined;
}

function mostOf(counts: ReadonlyMap<number, number>): Delimiter {
  const countOf = (delimiter: Delimiter) => counts.get(delimiter.charCodeAt(0)) ?? 0;
  return DELIMITERS.reduce((best, delimiter) => (countOf(delimiter) > countOf(best) ? delimiter : best));
}
