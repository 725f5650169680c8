import { malformed, type RecordReader } from './elements.ts';

const RECORD_SEPARATOR = 0x1e;

/**
 * Reads JSON text sequences (RFC 7464), a page of a paged answer each. The separator is illegal inside JSON text, so it
 * cuts safely; a text that is not complete is an error of the whole, because a page would be missing.
 */
export function sequenceReader(openPage: (offset: number) => RecordReader): RecordReader {
  let page: RecordReader | undefined;
  let inSequence = false;
  let base = 0;

  /** Hands bytes to the page at hand; one of nothing but white space is no page. */
  function read(bytes: Buffer, offset: number): void {
    const start = page === undefined ? firstText(bytes) : 0;
    if (start === bytes.length) return;
    if (!inSequence) throw malformed(offset + start);
    page ??= openPage(offset + start);
    page.push(bytes.subarray(start));
  }

  return {
    push(chunk) {
      let at = 0;
      for (let cut = chunk.indexOf(RECORD_SEPARATOR); cut >= 0; cut = chunk.indexOf(RECORD_SEPARATOR, at)) {
        read(chunk.subarray(at, cut), base + at);
        page?.end();
        page = undefined;
        inSequence = true;
        at = cut + 1;
      }
      read(chunk.subarray(at), base + at);
      base += chunk.length;
    },
    end() {
      if (!inSequence) throw malformed(base);
      page?.end();
    },
  };
}

function firstText(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09)) at += 1;
  return at;
}
