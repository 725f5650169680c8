type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

interface Mark {
  readonly encoding: Encoding;
  readonly bytes: Buffer;
}

/** Turns the chunks of a file into UTF-8, cut between characters. What is no character in it is no valid UTF-8 then, either. */
export interface ChunkDecoder {
  push(chunk: Buffer): Buffer;
  /** What is left: half a character, where the file ends in one. */
  end(): Buffer;
}

const NOTHING = Buffer.alloc(0);
const MARKS: readonly Mark[] = [
  { encoding: 'utf-8', bytes: Buffer.from([0xef, 0xbb, 0xbf]) },
  { encoding: 'utf-16le', bytes: Buffer.from([0xff, 0xfe]) },
  { encoding: 'utf-16be', bytes: Buffer.from([0xfe, 0xff]) },
];
const LONGEST_MARK = 3;
/** Bytes of a character but its last one, in UTF-8. */
const LAST_BYTES = 3;
/** Begins no character of UTF-8. */
const INVALID = Buffer.from([0xff]);

/** UTF-16 by its byte order mark, or by the zero byte of its first character; else UTF-8 as it comes. The mark is no part of the text. */
export function textDecoder(): ChunkDecoder {
  let rest: Buffer = NOTHING;
  let encoding: Encoding | undefined;

  function withoutMark(bytes: Buffer): Buffer {
    const mark = MARKS.find((one) => one.bytes.equals(bytes.subarray(0, one.bytes.length)));
    encoding = mark?.encoding ?? (bytes[1] === 0 ? 'utf-16le' : bytes[0] === 0 ? 'utf-16be' : 'utf-8');
    return bytes.subarray(mark?.bytes.length ?? 0);
  }

  return {
    push(chunk) {
      const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      rest = NOTHING;
      if (encoding === undefined && all.length < LONGEST_MARK) {
        rest = Buffer.from(all);
        return NOTHING;
      }
      const bytes = encoding === undefined ? withoutMark(all) : all;
      const end = encoding === 'utf-8' ? characterEnd(bytes) : unitEnd(bytes, encoding);
      if (end < bytes.length) rest = Buffer.from(bytes.subarray(end));
      return toUtf8(bytes.subarray(0, end), encoding);
    },
    end() {
      return toUtf8(encoding === undefined ? withoutMark(rest) : rest, encoding);
    },
  };
}

function toUtf8(bytes: Buffer, encoding: Encoding | undefined): Buffer {
  if (encoding === 'utf-8' || bytes.length === 0) return bytes;
  const isWhole = bytes.length % 2 === 0;
  const units = Buffer.from(isWhole ? bytes : bytes.subarray(0, -1));
  const text = (encoding === 'utf-16be' ? units.swap16() : units).toString('utf16le');
  if (isWhole && text.isWellFormed()) return Buffer.from(text);
  const parts = text.split(/(\p{Surrogate})/u).map((part) => (part.isWellFormed() ? Buffer.from(part) : INVALID));
  return Buffer.concat(isWhole ? parts : [...parts, INVALID]);
}

/** Where the last whole character of UTF-8 ends: its first byte tells its length. */
function characterEnd(bytes: Buffer): number {
  for (let back = 1; back <= LAST_BYTES && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

/** Where the last whole character of UTF-16 ends: not between the halves of a pair. */
function unitEnd(bytes: Buffer, encoding: Encoding | undefined): number {
  const end = bytes.length - (bytes.length % 2);
  if (end === 0) return 0;
  const high = bytes[encoding === 'utf-16le' ? end - 1 : end - 2] as number;
  return high >= 0xd8 && high <= 0xdb ? end - 2 : end;
}
