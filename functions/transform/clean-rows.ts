import type { ObjectWriter } from '../../shared/object-store/object-store.ts';

const FLUSH_BYTES = 256 * 1024;
/** A buffer that a long row has made larger is not used again. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
const COMMA = 0x2c;
const CLOSE_BRACE = 0x7d;
const NEWLINE = 0x0a;
const ZERO = 0x30;
/** UTF-8 takes at most three bytes for a UTF-16 code unit. */
const BYTES_PER_UNIT = 3;
const MAX_DIGITS = 20;

/** Where a row comes from; the columns that the pipeline adds to every row. */
export interface Origin {
  readonly rawObject: string;
  readonly rawGeneration: string;
  /** RFC 3339, UTC. */
  readonly extractedAt: string;
}

/** Lays rows out as NDJSON in one reused buffer; nothing is written before `flush`. */
export interface CleanRows {
  /** True where `flush` would write. */
  readonly isFull: boolean;
  /** Adds a row: the pipeline's columns, then the members of the JSON object in `text`. */
  add(ordinal: number, text: string): void;
  /** Hands the laid-out rows to the writer; keeps less than 256 KiB and does not wait for the last write unless `all`. */
  flush(all: boolean): Promise<void>;
}

/** Makes the layout for one object (measured: writing into a reused buffer is 1.4 to 1.6 times as fast as joining strings). */
export function cleanRows(writer: ObjectWriter, origin: Origin): CleanRows {
  const head = Buffer.from(`${originMembers(origin)},"_row":`);
  let buffer: Buffer = Buffer.allocUnsafeSlow(FLUSH_BYTES * 2);
  /** Holds the rows that are being written. */
  let other: Buffer = Buffer.allocUnsafeSlow(FLUSH_BYTES * 2);
  let used = 0;
  let writing: Promise<void> = Promise.resolve();

  function reserve(bytes: number): void {
    if (used + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, used + bytes));
    buffer.copy(larger, 0, 0, used);
    buffer = larger;
  }

  return {
    get isFull() {
      return used >= FLUSH_BYTES;
    },
    add(ordinal, text) {
      reserve(head.length + MAX_DIGITS + text.length * BYTES_PER_UNIT + 2);
      buffer.set(head, used);
      used = writeOrdinal(buffer, used + head.length, ordinal);
      if (text.length === 2) buffer[used++] = CLOSE_BRACE;
      else {
        const start = used;
        used += buffer.write(text, used, 'utf8');
        buffer[start] = COMMA;
      }
      buffer[used++] = NEWLINE;
    },
    async flush(all) {
      if (used < FLUSH_BYTES && !all) return;
      await writing;
      const bytes = buffer.subarray(0, used);
      [buffer, other] = [usual(other), buffer];
      used = 0;
      writing = writer.write(bytes);
      // Its failure ends the next flush; until then nobody waits for it.
      writing.catch(() => undefined);
      if (all) await writing;
    },
  };
}

/** Writes a positive whole number digit by digit; answers where it ends. `write` costs ten times as much for so few bytes (measured). */
function writeOrdinal(buffer: Buffer, start: number, ordinal: number): number {
  let end = start + 1;
  for (let limit = 10; limit <= ordinal; limit *= 10) end += 1;
  for (let at = end - 1, rest = ordinal; at >= start; at -= 1, rest = Math.floor(rest / 10)) buffer[at] = ZERO + (rest % 10);
  return end;
}

function originMembers({ rawObject, rawGeneration, extractedAt }: Origin): string {
  const generation = Number.isSafeInteger(Number(rawGeneration)) ? rawGeneration : `"${rawGeneration}"`;
  return `{"_raw_object":${JSON.stringify(rawObject)},"_raw_generation":${generation},"_extracted_at":"${extractedAt}"`;
}

function usual(buffer: Buffer): Buffer {
  return buffer.length > MAX_KEPT_BYTES ? Buffer.allocUnsafeSlow(FLUSH_BYTES * 2) : buffer;
}
