import { TextDecoder } from 'node:util';

const NOTHING = Buffer.alloc(0);
const LAST_BYTES = 3;
const MARK_BYTES = 3;
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Turns the chunks of a file into UTF-8, cut between characters. */
export interface ChunkDecoder {
  push(chunk: Buffer): Buffer;
  /** What is left: half a character, where the file ends in one. */
  end(): Buffer;
}

/** UTF-16 by its byte order mark, else UTF-8 as it comes; the mark is no part of the text. */
export function textDecoder(): ChunkDecoder {
  let rest: Buffer = NOTHING;
  let utf16: TextDecoder | undefined;
  let isKnown = false;

  function cut(bytes: Buffer): Buffer {
    const end = characterEnd(bytes);
    rest = Buffer.from(bytes.subarray(end));
    return bytes.subarray(0, end);
  }

  return {
    push(chunk) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      rest = NOTHING;
      if (!isKnown) {
        if (bytes.length < MARK_BYTES) {
          rest = Buffer.from(bytes);
          return NOTHING;
        }
        utf16 = decoderOf(bytes);
        isKnown = true;
        if (MARK.equals(bytes.subarray(0, MARK_BYTES))) return cut(bytes.subarray(MARK_BYTES));
      }
      if (utf16 !== undefined) return Buffer.from(utf16.decode(bytes, { stream: true }));
      return cut(bytes);
    },
    end() {
      if (!isKnown) utf16 = decoderOf(rest);
      return utf16 === undefined ? rest : Buffer.from(utf16.decode(isKnown ? NOTHING : rest));
    },
  };
}

function decoderOf([first, second]: Buffer): TextDecoder | undefined {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  return first === 0xfe && second === 0xff ? new TextDecoder('utf-16be') : undefined;
}

/** Where the last whole character ends: the first byte of a character tells its length. */
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
