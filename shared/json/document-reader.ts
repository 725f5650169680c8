import { PermanentError } from '../errors.ts';
import { arrayReader } from './array-reader.ts';
import { elementScanner } from './element-scanner.ts';
import { malformed, type OnRecords, type RecordReader } from './elements.ts';
import { pointerPath } from './pointer.ts';

type State = 'value' | 'key' | 'in key' | 'colon' | 'skip' | 'array' | 'tail' | 'end';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const MAX_KEY_BYTES = 64 * 1024;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Where the document stands, and who wants to know where the array in it stands. */
export interface DocumentPlace {
  /** Offset of its first byte. */
  readonly offset?: number;
  /** A document without the array is one without records. */
  readonly mayLack?: boolean;
  /** Is told the offsets of the array's bracket and of the first byte behind it, once it is whole. */
  readonly onArray?: (start: number, end: number) => void;
}

/**
 * Reads the array that a JSON pointer (members only) names in a document, without holding the rest: what stands before
 * and behind it is passed over, and judged only for its brackets and strings. Of members with one name the first counts.
 */
export function documentReader(pointer: string, onRecords: OnRecords, { offset = 0, mayLack = false, onArray }: DocumentPlace = {}): RecordReader {
  const path = pointerPath(pointer);
  const scanner = elementScanner();
  let state: State = 'value';
  let level = 0;
  let unclosed = path.length;
  let base = offset;
  let chunkEnd = offset;
  let key: number[] = [];
  let escaped = false;
  let array: RecordReader | undefined;

  /** Takes one byte of the way to the array; white space between tokens is passed over. */
  function take(byte: number, at: number): void {
    if (state === 'in key') takeKey(byte);
    else if (!isSpace(byte) && byte !== BYTE_ORDER_MARK[base + at - offset]) takeToken(byte, at);
  }

  function takeToken(byte: number, at: number): void {
    if (state === 'value') {
      if (byte !== OPEN_BRACE || level === path.length) throw noArray(pointer);
      state = 'key';
      return;
    }
    if (state === 'key' && byte === CLOSE_BRACE) {
      closeWithout();
      return;
    }
    if (state === 'key' && byte === QUOTE) {
      key = [];
      state = 'in key';
    } else if (state === 'colon' && byte === COLON) enterMember();
    else throw malformed(base + at);
  }

  function takeKey(byte: number): void {
    if (!escaped && byte === QUOTE) {
      state = 'colon';
      return;
    }
    escaped = !escaped && byte === BACKSLASH;
    if (key.length < MAX_KEY_BYTES) key.push(byte);
  }

  function enterMember(): void {
    if (keyText(key) === path[level]) {
      level += 1;
      state = 'value';
    } else {
      scanner.reset();
      state = 'skip';
    }
  }

  /** Passes over a member's value; answers the index of the next byte. */
  function skip(buffer: Buffer, at: number): number {
    const boundary = scanner.scan(buffer, at, buffer.length);
    if (boundary === 'stray') closeWithout();
    if (boundary === 'close') throw malformed(base + scanner.position);
    if (boundary === 'comma') state = 'key';
    return boundary === 'more' ? scanner.position : scanner.position + 1;
  }

  /** The outermost object ends, and the array was not in it. */
  function closeWithout(): void {
    if (!mayLack || level > 0) throw noArray(pointer);
    state = 'end';
  }

  /** Passes over what stands behind the array until every object around it is closed. */
  function skipTail(buffer: Buffer, start: number): number {
    for (let at = start; ; at = scanner.position + 1) {
      const boundary = scanner.scan(buffer, at, buffer.length);
      if (boundary === 'more') return scanner.position;
      if (boundary === 'close') throw malformed(base + scanner.position);
      if (boundary === 'stray') unclosed -= 1;
      if (unclosed === 0) {
        state = 'end';
        return scanner.position + 1;
      }
    }
  }

  function openArray(buffer: Buffer, at: number): number {
    state = 'array';
    const start = base + at;
    array = arrayReader(onRecords, {
      offset: start,
      onRest(rest) {
        onArray?.(start, chunkEnd - rest.length);
        state = 'tail';
        scanner.reset();
        const outer = base;
        base = chunkEnd - rest.length;
        consume(rest);
        base = outer;
      },
    });
    array.push(buffer.subarray(at));
    return buffer.length;
  }

  function next(buffer: Buffer, at: number): number {
    if (state === 'array') {
      array?.push(buffer.subarray(at));
      return buffer.length;
    }
    if (state === 'skip') return skip(buffer, at);
    if (state === 'tail') return skipTail(buffer, at);
    if (state === 'value' && level === path.length && buffer[at] === OPEN_BRACKET) return openArray(buffer, at);
    take(buffer[at] as number, at);
    return at + 1;
  }

  function consume(buffer: Buffer): void {
    chunkEnd = base + buffer.length;
    for (let at = 0; at < buffer.length; ) at = next(buffer, at);
    base += buffer.length;
  }

  return {
    push: consume,
    end() {
      if (state === 'array') array?.end();
      if (state !== 'end') throw malformed(base);
    },
  };
}

function noArray(pointer: string): PermanentError {
  return new PermanentError('records', `there is no array at ${pointer}`);
}

function keyText(bytes: readonly number[]): string | undefined {
  try {
    return JSON.parse(`"${Buffer.from(bytes).toString('utf8')}"`);
  } catch {
    return undefined;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
