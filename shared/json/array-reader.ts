import { PermanentError } from '../errors.ts';
import { parseOne, tryParse } from './element-parser.ts';
import { type Boundary, elementScanner } from './element-scanner.ts';
import { isBlank, isSpace, KEPT_BYTES, MAX_RECORD_BYTES, malformed, type OnRecords, oversizeRecord, type RecordReader } from './elements.ts';
import { joinedChunks } from './joined-chunks.ts';

/** Small batches parse faster than large ones, which leave V8's young generation (measured: 32–64 KB best). */
const WINDOW_BYTES = 48 * 1024;
/** After so many wrong guesses in a row the reader stops guessing. */
const MAX_MISSES = 8;
const MAX_SEPARATOR_BYTES = 64;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const NEWLINE = 0x0a;

type Phase = 'mark' | 'root' | 'first' | 'element' | 'oversize' | 'after' | 'other';

/** Where the array stands, when it is not the whole document. */
export interface ArrayPlace {
  /** Offset of its first byte in the document. */
  readonly offset?: number;
  /** Takes the bytes behind its end; without it, anything but white space there is an error. */
  readonly onRest?: (rest: Buffer) => void;
}

/**
 * Reads a JSON document whose root is an array, element by element, holding no more than one chunk and one element.
 *
 * Fast path: guess that the last `},{` of a window lies between two elements and hand everything before it to
 * JSON.parse as one array. The guess proves itself: what is cut inside a string or a nested value is unbalanced and
 * does not parse. Where it fails, the byte scanner finds the border.
 */
export function arrayReader(onRecords: OnRecords, { offset = 0, onRest }: ArrayPlace = {}): RecordReader {
  const scanner = elementScanner();
  const chunks = joinedChunks();
  let phase: Phase = 'mark';
  /** Offset in the document of the first byte of the buffer at hand. */
  let base = offset;
  /** First byte that is not yet part of a record handed over. */
  let at = 0;
  /** How far the element at hand has been scanned. */
  let scanned = 0;
  let elementStart = 0;
  let head = chunks.rest;
  let separator = Buffer.from('},{');
  let misses = 0;
  let noGuessBefore = 0;

  function step(buffer: Buffer): boolean {
    if (phase === 'mark') return skipMark(buffer);
    if (phase === 'root') return openRoot(buffer);
    if (phase === 'after') return skipEnd(buffer);
    if (phase === 'other') return keepOther(buffer);
    if (phase === 'oversize') return skipElement(buffer);
    if (phase === 'first') return openFirst(buffer);
    return guess(buffer) || scanElements(buffer);
  }

  /** A byte order mark is no part of the text; half a one is no JSON. */
  function skipMark(buffer: Buffer): boolean {
    if (buffer[at] === BYTE_ORDER_MARK[base + at - offset]) at += 1;
    else if (base + at > offset) throw malformed(offset);
    else phase = 'root';
    if (base + at - offset === BYTE_ORDER_MARK.length) phase = 'root';
    return true;
  }

  function openRoot(buffer: Buffer): boolean {
    if (!skipSpace(buffer)) return false;
    elementStart = base + at;
    if (buffer[at] === OPEN_BRACKET) {
      at += 1;
      phase = 'first';
    } else phase = 'other';
    return true;
  }

  function openFirst(buffer: Buffer): boolean {
    if (!skipSpace(buffer)) return false;
    phase = 'element';
    if (buffer[at] === 0x5d) {
      at += 1;
      phase = 'after';
    }
    return true;
  }

  function mayGuess(from: number): boolean {
    return misses < MAX_MISSES && base + from >= noGuessBefore;
  }

  function guess(buffer: Buffer): boolean {
    if (scanned > at || !mayGuess(at)) return false;
    const windowEnd = Math.min(at + WINDOW_BYTES, buffer.length);
    const cut = buffer.subarray(at, windowEnd).lastIndexOf(separator);
    const values = cut < 0 ? undefined : tryParse(buffer, at, at + cut + 1);
    if (values === undefined) {
      if (cut >= 0) misses += 1;
      noGuessBefore = base + windowEnd;
      return false;
    }
    misses = 0;
    onRecords(values);
    at += cut + separator.length - 1;
    scanned = at;
    return true;
  }

  /** Finds elements with the scanner, a window full at most, and hands them over together. */
  function scanElements(buffer: Buffer): boolean {
    const ends: number[] = [];
    let start = at;
    let boundary: Boundary = 'comma';
    while (boundary === 'comma' && start - at < WINDOW_BYTES && (ends.length === 0 || !mayGuess(start))) {
      if (scanned <= start) {
        start = spaceEnd(buffer, start);
        elementStart = base + start;
        scanned = start;
        scanner.reset();
      }
      boundary = scanner.scan(buffer, scanned, buffer.length);
      scanned = scanner.position;
      if (boundary !== 'comma' && boundary !== 'close') break;
      if (boundary === 'comma') learnSeparator(buffer, scanned);
      ends.push(scanned);
      start = scanned + 1;
    }
    readElements(buffer, ends);
    at = start;
    if (boundary === 'stray') throw malformed(elementStart);
    if (boundary === 'more') return keepElement(buffer);
    passBoundary(boundary);
    return true;
  }

  function readElements(buffer: Buffer, ends: readonly number[]): void {
    const last = ends.at(-1) ?? at;
    const values = ends.length > 1 && last - at < WINDOW_BYTES * 2 ? tryParse(buffer, at, last) : undefined;
    if (values !== undefined) {
      onRecords(values);
      return;
    }
    let start = at;
    for (const end of ends) {
      readElement(buffer, start, end);
      start = end + 1;
    }
  }

  function readElement(buffer: Buffer, behindBorder: number, end: number): void {
    const start = spaceEnd(buffer, behindBorder);
    const values = end - start > MAX_RECORD_BYTES ? [oversizeRecord(buffer.subarray(start, end))] : parseOne(buffer, start, end);
    if (values === undefined) throw malformed(base + start);
    onRecords(values);
  }

  /** An element whose end has not come yet waits for it, up to the size of a record. */
  function keepElement(buffer: Buffer): boolean {
    if (scanned - at <= MAX_RECORD_BYTES) return false;
    head = Buffer.from(buffer.subarray(at, at + KEPT_BYTES));
    at = buffer.length;
    phase = 'oversize';
    return false;
  }

  /** The rest of an element that is too long to keep: scanned for its end, not parsed. */
  function skipElement(buffer: Buffer): boolean {
    const boundary = scanner.scan(buffer, at, buffer.length);
    at = scanner.position;
    if (boundary === 'more') return false;
    if (boundary === 'stray') throw malformed(elementStart);
    at += 1;
    onRecords([oversizeRecord(head)]);
    passBoundary(boundary);
    return true;
  }

  function passBoundary(boundary: 'comma' | 'close'): void {
    scanned = at;
    phase = boundary === 'comma' ? 'element' : 'after';
  }

  /** Pretty-printed arrays put white space between elements: remember what stands between this one and the next. */
  function learnSeparator(buffer: Buffer, comma: number): void {
    if (buffer[comma - 1] !== CLOSE_BRACE) return;
    const next = buffer.subarray(comma + 1, comma + MAX_SEPARATOR_BYTES).indexOf(OPEN_BRACE);
    if (next < 0) return;
    const between = buffer.subarray(comma - 1, comma + next + 2);
    if (between.equals(separator) || !isBlank(between.subarray(2, -1))) return;
    separator = Buffer.from(between);
    noGuessBefore = 0;
  }

  function skipEnd(buffer: Buffer): boolean {
    if (onRest !== undefined) {
      onRest(buffer.subarray(at));
      at = buffer.length;
      return false;
    }
    if (skipSpace(buffer)) throw malformed(base + at);
    return false;
  }

  /** A root that is no array is kept up to the size of a record: only its end tells whether it is JSON at all. */
  function keepOther(buffer: Buffer): boolean {
    if (buffer.length - at > MAX_RECORD_BYTES) throw notAnArray();
    return false;
  }

  /** Moves to the next byte that is not white space; false where there is none yet. */
  function skipSpace(buffer: Buffer): boolean {
    at = spaceEnd(buffer, at);
    return at < buffer.length;
  }

  return {
    push(chunk) {
      const buffer = chunks.join(chunk);
      while (at < buffer.length && step(buffer));
      chunks.keep(at);
      base += at;
      scanned = Math.max(0, scanned - at);
      at = 0;
    },
    end() {
      if (phase === 'other') {
        const { rest } = chunks;
        if (parseOne(rest, 0, rest.length) !== undefined) throw notAnArray();
        throw isLines(rest) ? malformed(elementStart, ': lines of JSON belong into a file called .ndjson') : malformed(elementStart);
      }
      if (phase === 'after') return;
      const inElement = phase === 'oversize' || (phase === 'element' && scanned > 0);
      const isEmpty = phase === 'mark' || phase === 'root';
      throw malformed(inElement ? elementStart : isEmpty ? offset : base);
    },
  };
}

/** The index of the next byte that is not white space. */
function spaceEnd(buffer: Buffer, start: number): number {
  let at = start;
  while (at < buffer.length && isSpace(buffer[at] as number)) at += 1;
  return at;
}

/** Whether the first line is a JSON object of its own, and the second begins like one. */
function isLines(bytes: Buffer): boolean {
  const end = bytes.indexOf(NEWLINE);
  return end > 0 && bytes[0] === OPEN_BRACE && bytes[end + 1] === OPEN_BRACE && parseOne(bytes, 0, end) !== undefined;
}

function notAnArray(): PermanentError {
  return new PermanentError('root', 'the root is not an array');
}
