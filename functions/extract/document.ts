import type { PermanentError } from '../../shared/errors.ts';
import { parseDocument } from '../../shared/json/envelope.ts';
import { recordReader } from '../../shared/json/record-reader.ts';
import type { Stream } from '../../shared/stream.ts';
import { problemOf, saysEmpty, unusable } from './page.ts';
import type { SourceClient } from './source-client.ts';

/** Judges a document that is stored while it comes. */
export interface DocumentJudge {
  /** Throws PermanentError where the document is too long to be anything but records, and is none. */
  push(chunk: Buffer): void;
  /** The number of records; throws what the source's error map says of the document, or PermanentError, where there are none. */
  end(): number;
}

/** A longer document is no error, and no answer without records: it is not looked at as a whole. */
const SMALL_BYTES = 64 * 1024;

/** The judge of one answer; holds its first 64 KiB at most. */
export function documentJudge(client: SourceClient, stream: Stream): DocumentJudge {
  const head: Buffer[] = [];
  let bytes = 0;
  let records = 0;
  let unreadable: PermanentError | undefined;
  const reader = recordReader('json', stream.records, (batch) => {
    records += batch.length;
  });

  function keep(chunk: Buffer): void {
    bytes += chunk.length;
    if (bytes <= SMALL_BYTES) head.push(chunk);
    else head.length = 0;
  }

  return {
    push(chunk) {
      keep(chunk);
      unreadable ??= problemOf(reader, (one) => one.push(chunk));
      if (unreadable !== undefined && bytes > SMALL_BYTES) throw unusable(client, unreadable);
    },
    end() {
      unreadable ??= problemOf(reader, (one) => one.end());
      const small = Buffer.concat(head);
      if (unreadable === undefined || (unreadable.rule === 'records' && saysEmpty(stream, small))) {
        if (client.source.pageBudget !== undefined) client.onPage(parseDocument(small));
        return records;
      }
      throw client.meaningOf(parseDocument(small)) ?? unusable(client, unreadable);
    },
  };
}
