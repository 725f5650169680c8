import { isSpace, malformed } from './elements.ts';

type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'next' | 'text' | 'escape' | 'scalar';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** What comes before it is a control character, which a text may only hold as an escape. */
const FIRST_CHARACTER = 0x20;
const ESCAPE = /^(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})$/;
const ESCAPE_BEGINS = /^u[0-9A-Fa-f]{0,3}$/;
/** What words and numbers are made of. */
const IN_SCALAR = new Uint8Array(256);
for (const byte of Buffer.from('+-.0123456789Eaeflnrstu')) IN_SCALAR[byte] = 1;
const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
/** A word or number is kept until its end, and so is what is open; a document that goes beyond would take memory without end. */
const MAX_SCALAR = 64 * 1024;
const MAX_DEPTH = 1024 * 1024;

/** Judges the grammar of a JSON document (RFC 8259) over any number of chunks, without holding it; characters are not judged. */
export interface Grammar {
  /** How many objects and arrays are open. */
  readonly depth: number;
  /** Whether a comma has been read behind which another member has to come. */
  readonly awaitsKey: boolean;
  /**
   * Reads bytes that begin with offset `base` until a comma stands at that depth, or what made it so deep is closed; answers
   * the index behind, or `end`. Throws PermanentError with the offset of the byte, word or number that cannot be there.
   */
  read(buffer: Buffer, start: number, end: number, base: number, depth: number): number;
  /** An array has been read by somebody else. */
  passArray(): void;
}

/** Makes one that stands in front of a document. */
export function jsonGrammar(): Grammar {
  const open: number[] = [];
  let expected: Expected = 'value';
  let isKey = false;
  let word = '';
  let wordStart = 0;

  /** Index of the next byte that is no plain character of the text at hand. */
  function passText(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const byte = buffer[at] as number;
      if (byte === QUOTE || byte === BACKSLASH || byte < FIRST_CHARACTER) break;
      at += 1;
    }
    return at;
  }

  function takeInText(byte: number, offset: number): void {
    if (byte === QUOTE) expected = isKey ? 'colon' : 'next';
    else if (byte === BACKSLASH) {
      word = '';
      expected = 'escape';
    } else throw malformed(offset);
  }

  function takeInEscape(byte: number, offset: number): void {
    word += String.fromCharCode(byte);
    if (ESCAPE.test(word)) expected = 'text';
    else if (!ESCAPE_BEGINS.test(word)) throw malformed(offset);
  }

  /** Index of the next byte behind the word or number at hand, which is judged where it ends. */
  function passScalar(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && IN_SCALAR[buffer[at] as number] === 1) at += 1;
    if (at > start) word += buffer.toString('latin1', start, at);
    if (at < end ? !SCALAR.test(word) : word.length > MAX_SCALAR) throw malformed(wordStart);
    if (at < end) expected = 'next';
    return at;
  }

  function takeToken(byte: number, offset: number): void {
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) close(byte, offset);
    else if (expected === 'next' && byte === COMMA && open.length > 0) expected = open.at(-1) === CLOSE_BRACE ? 'key' : 'value';
    else if (expected === 'colon' && byte === COLON) expected = 'value';
    else if ((expected === 'key' || expected === 'first key') && byte === QUOTE) openText(true);
    else if (expected === 'value' || expected === 'first value') openValue(byte, offset);
    else throw malformed(offset);
  }

  function close(bracket: number, offset: number): void {
    const isEmpty = expected === 'first value' || expected === 'first key';
    if ((expected !== 'next' && !isEmpty) || open.pop() !== bracket) throw malformed(offset);
    expected = 'next';
  }

  function openText(asKey: boolean): void {
    isKey = asKey;
    expected = 'text';
  }

  function openValue(byte: number, offset: number): void {
    if (byte === QUOTE) openText(false);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (open.length === MAX_DEPTH) throw malformed(offset);
      open.push(byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET);
      expected = byte === OPEN_BRACE ? 'first key' : 'first value';
    } else if (IN_SCALAR[byte] === 0) throw malformed(offset);
    else {
      word = String.fromCharCode(byte);
      wordStart = offset;
      expected = 'scalar';
    }
  }

  function take(byte: number, offset: number): void {
    if (expected === 'text') takeInText(byte, offset);
    else if (expected === 'escape') takeInEscape(byte, offset);
    else if (!isSpace(byte)) takeToken(byte, offset);
  }

  return {
    get depth() {
      return open.length;
    },
    get awaitsKey() {
      return expected === 'key';
    },
    passArray() {
      expected = 'next';
    },
    read(buffer, start, end, base, depth) {
      for (let at = start; at < end; at += 1) {
        if (expected === 'text') at = passText(buffer, at, end);
        else if (expected === 'scalar') at = passScalar(buffer, at, end);
        if (at === end) break;
        const byte = buffer[at] as number;
        take(byte, base + at);
        if (open.length < depth || (byte === COMMA && open.length === depth)) return at + 1;
      }
      return end;
    },
  };
}
