import { isUtf8 } from 'node:buffer';

/** A line of an object, or why it is none. */
export interface Line {
  /** From 0, blank lines counted: it says which record it is, whenever the object is read. */
  readonly ordinal: number;
  /** Undefined where there is a problem. */
  readonly text: string | undefined;
  readonly problem?: string;
}

const NEWLINE = 0x0a;
/** A request of 1 MiB can become 4.4 MiB of parcel: 1e20 is written as 100000000000000000000. */
const MAX_LINE_BYTES = 6 * 1_048_576;
const MAX_GROUP_BYTES = 8 * 1_048_576;

/** Reads lines in groups of at most `size`, and of 8 MiB, holding one group; blank lines are left out. */
export async function* lineGroups(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<readonly Line[]> {
  let group: Line[] = [];
  let bytes = 0;
  for await (const line of lines(chunks)) {
    if (line.text?.trim() === '') continue;
    group.push(line);
    bytes += line.text?.length ?? 0;
    if (group.length < size && bytes < MAX_GROUP_BYTES) continue;
    yield group;
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield group;
}

async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let ordinal = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const take = (): Line => {
    const isLong = length > MAX_LINE_BYTES;
    const bytes = Buffer.concat(parts);
    parts = [];
    length = 0;
    ordinal += 1;
    if (isLong) return { ordinal: ordinal - 1, text: undefined, problem: 'the line is longer than 6 MiB' };
    // Read as UTF-8 all the same, names would go out with marks in place of letters.
    if (!isUtf8(bytes)) return { ordinal: ordinal - 1, text: undefined, problem: 'the line is no UTF-8' };
    return { ordinal: ordinal - 1, text: bytes.toString('utf8') };
  };
  const keep = (piece: Buffer): void => {
    length += piece.length;
    if (length <= MAX_LINE_BYTES) parts.push(piece);
    else parts = [];
  };
  for await (const chunk of chunks) {
    // The store may use a chunk again.
    const buffer = Buffer.from(chunk);
    let at = 0;
    for (let end = buffer.indexOf(NEWLINE); end >= 0; end = buffer.indexOf(NEWLINE, at)) {
      keep(buffer.subarray(at, end));
      yield take();
      at = end + 1;
    }
    keep(buffer.subarray(at));
  }
  if (length > 0) yield take();
}
