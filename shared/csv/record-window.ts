const LF = 0x0a;
const CR = 0x0d;
const FIRST_BYTES = 256 * 1024;

/** The text of a file from the record at hand on, and the lines of it; CSV counts blank lines and line breaks in quotes, too. */
export interface RecordWindow {
  /** How many bytes there are of the record at hand. */
  readonly size: number;
  /** The line that the record at hand begins on, from 1; of the last line where nothing follows. */
  readonly line: number;
  push(bytes: Buffer): void;
  /** The record at hand ends at this offset, in bytes of the text, and the next one begins; answers the line that it begins on. */
  take(end: number): number;
  /** Whether the record that was taken last has line breaks in it. */
  readonly hasLineBreaks: boolean;
  /** The bytes of the record that was taken last, without its line end; good until more is pushed. */
  taken(): Buffer;
}

/** Makes a window at the beginning of a text. */
export function recordWindow(): RecordWindow {
  let buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** What the buffer holds: the record at hand, from `start` to `end`, the text's byte `base + start` first. */
  let start = 0;
  let end = 0;
  let base = 0;
  let line = 1;
  let lastWasCr = false;
  let takenStart = 0;
  let takenEnd = 0;
  let hasLineBreaks = false;

  function makeRoom(bytes: number): void {
    if (end + bytes <= buffer.length) return;
    const kept = end - start;
    const target = (kept + bytes) * 2 <= buffer.length ? buffer : Buffer.allocUnsafeSlow((kept + bytes) * 2);
    buffer.copy(target, 0, start, end);
    [buffer, base, start, end] = [target, base + start, 0, kept];
  }

  /** Counts the line ends up to there; a CR and its LF are one. */
  function countTo(stop: number): void {
    for (; start < stop; start += 1) {
      const byte = buffer[start];
      if (byte === LF && !lastWasCr) line += 1;
      lastWasCr = byte === CR;
      if (lastWasCr) line += 1;
    }
  }

  function skipLineEnds(): void {
    let stop = start;
    while (stop < end && isLineEnd(buffer[stop])) stop += 1;
    countTo(stop);
  }

  return {
    get size() {
      return end - start;
    },
    get line() {
      return line;
    },
    get hasLineBreaks() {
      return hasLineBreaks;
    },
    push(bytes) {
      makeRoom(bytes.length);
      bytes.copy(buffer, end);
      end += bytes.length;
      skipLineEnds();
    },
    take(offset) {
      const begun = line;
      takenStart = start;
      takenEnd = offset - base;
      while (takenEnd > start && isLineEnd(buffer[takenEnd - 1])) takenEnd -= 1;
      countTo(takenEnd);
      hasLineBreaks = line > begun;
      countTo(offset - base);
      skipLineEnds();
      return begun;
    },
    taken: () => buffer.subarray(takenStart, takenEnd),
  };
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LF || byte === CR;
}
