import { PermanentError } from '../errors.ts';
import { type DocumentPlace, documentReader } from './document-reader.ts';
import type { OnRecords, RecordReader } from './elements.ts';
import { envelopeOf, MAX_PAGE_BYTES } from './envelope.ts';

/**
 * Reads a page whose envelope goes with its records. What a source says about a page may stand behind the records, so the
 * page is held until it is complete; one of more than 32 MiB is refused.
 */
export function pageReader(pointer: string, onRecords: OnRecords, { offset = 0, mayLack = false }: Omit<DocumentPlace, 'onArray'> = {}): RecordReader {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let range: readonly [number, number] | undefined;
  const finder = documentReader(pointer, () => {}, {
    offset,
    mayLack,
    onArray(start, end) {
      range = [start - offset, end - offset];
    },
  });
  return {
    push(chunk) {
      bytes += chunk.length;
      if (bytes > MAX_PAGE_BYTES) throw new PermanentError('page_size', 'a page of more than 32 MiB cannot be held: ask for smaller pages');
      finder.push(chunk);
      chunks.push(Buffer.from(chunk));
    },
    end() {
      finder.end();
      if (range === undefined) return;
      const page = Buffer.concat(chunks);
      const envelope = envelopeOf(page, range);
      const reader = documentReader(pointer, (records) => onRecords(records, undefined, envelope), { offset });
      reader.push(page);
      reader.end();
    },
  };
}
