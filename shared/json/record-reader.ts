import { PermanentError } from '../errors.ts';
import type { RawFormat } from '../names.ts';
import { arrayReader } from './array-reader.ts';
import { documentReader } from './document-reader.ts';
import type { OnRecords, RecordReader } from './elements.ts';
import { lineReader } from './line-reader.ts';
import { sequenceReader } from './sequence-reader.ts';

/** The reader for a format; `pointer` names the array of records in a JSON document, '' is the document itself. */
export function recordReader(format: RawFormat, pointer: string, onRecords: OnRecords): RecordReader {
  const document = (offset: number) => (pointer === '' ? arrayReader(onRecords, { offset }) : documentReader(pointer, onRecords, offset));
  switch (format) {
    case 'json':
      return document(0);
    case 'json-seq':
      return sequenceReader(document);
    case 'ndjson':
      return lineReader(onRecords);
    case 'csv':
      throw new PermanentError('format', 'objects of the format "csv" are not read yet; use .json, .json-seq or .ndjson');
  }
}
