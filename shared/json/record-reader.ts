import type { RawFormat } from '../names.ts';
import { arrayReader } from './array-reader.ts';
import { documentReader } from './document-reader.ts';
import type { OnRecords, RecordReader } from './elements.ts';
import { lineReader } from './line-reader.ts';
import { pageReader } from './page-reader.ts';
import { sequenceReader } from './sequence-reader.ts';

export type JsonFormat = Exclude<RawFormat, 'csv'>;

/** What a reader of documents does beyond its records. */
export interface RecordReading {
  /** Hands over the envelope of each page, too. */
  readonly withPages?: boolean;
  /** A document without the array has no records. */
  readonly mayLack?: boolean;
}

/** The reader for a format of JSON; `pointer` names the array of records in a document, '' is the document itself. */
export function recordReader(
  format: JsonFormat,
  pointer: string,
  onRecords: OnRecords,
  { withPages = false, mayLack = false }: RecordReading = {},
): RecordReader {
  const document = (offset: number) => {
    if (pointer === '') return arrayReader(onRecords, { offset });
    return withPages ? pageReader(pointer, onRecords, { offset, mayLack }) : documentReader(pointer, onRecords, { offset, mayLack });
  };
  switch (format) {
    case 'json':
      return document(0);
    case 'json-seq':
      return sequenceReader(document);
    case 'ndjson':
      return lineReader(onRecords);
  }
}
