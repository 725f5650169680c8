import { PermanentError } from '../errors.ts';
import { arrayReader } from './array-reader.ts';
import { isSpace, malformed, type OnRecords, type RecordReader } from './elements.ts';
import { jsonGrammar } from './grammar.ts';
import { pointerPath } from './pointer.ts';

type State = 'value' | 'key' | 'in key' | 'colon' | 'skip' | 'array' | 'tail' | 'end';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
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
 * and behind it is passed over, and judged for its grammar. Of members with one name the first counts.
 */
export function documentReader(pointer: string, onRecords: OnRecords, { offset = 0, mayLack = false, onArray }: DocumentPlace = {}): RecordReader {
  const path = pointerPath(pointer);
  const grammar = jsonGrammar();
  let state: State = 'value';
  let level = 0;
  let base = offset;
  let chunkEnd = offset;
  let key: number[] = [];
  let escaped = false;
  let array: RecordReader | undefined;

  /** Takes one byte of the way to the array; white space between tokens is passed over. */
  function take(buffer: Buffer, at: number): void {
    const byte = buffer[at] as number;
    if (state === 'value' && (isSpace(byte) || byte === BYTE_ORDER_MARK[base + at - offset])) return;
    if (state === 'value' && (byte !== OPEN_BRACE || level === path.length)) throw noArray(pointer);
    grammar.read(buffer, at, at + 1, base, level);
    if (state === 'in key') takeKey(byte);
    else if (state === 'key' && grammar.depth === level) closeWithout();
    else if (!isSpace(byte)) takeToken(byte);
  }

  function takeToken(byte: number): void {
    if (byte === OPEN_BRACE) state = 'key';
    else if (byte === QUOTE) {
      key = [];
      state = 'in key';
    } else if (byte === COLON) enterMember();
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
    const isOnTheWay = keyText(key) === path[level];
    if (isOnTheWay) level += 1;
    state = isOnTheWay ? 'value' : 'skip';
  }

  /** Passes over a member's value; answers the index of the next byte. */
  function skip(buffer: Buffer, at: number): number {
    const end = grammar.read(buffer, at, buffer.length, base, level + 1);
    if (grammar.depth === level) closeWithout();
    else if (grammar.depth === level + 1 && grammar.awaitsKey) state = 'key';
    return end;
  }

  /** The outermost object ends, and the array was not in it. */
  function closeWithout(): void {
    if (!mayLack || level > 0) throw noArray(pointer);
    state = 'end';
  }

  /** Passes over what stands behind the array until every object around it is closed. */
  function skipTail(buffer: Buffer, start: number): number {
    const end = grammar.read(buffer, start, buffer.length, base, 1);
    if (grammar.depth === 0) state = 'end';
    return end;
  }

  function openArray(buffer: Buffer, at: number): number {
    state = 'array';
    const start = base + at;
    array = arrayReader(onRecords, {
      offset: start,
      onRest(rest) {
        onArray?.(start, chunkEnd - rest.length);
        state = 'tail';
        grammar.passArray();
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
    take(buffer, at);
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
