import { isUtf8 } from 'node:buffer';
import { Parser } from 'csv-parse';
import { PermanentError } from '../errors.ts';
import { MAX_RECORD_BYTES, type OnRecords, type RecordReader, UnreadableRecord } from '../json/elements.ts';
import { delimiterOf, type Delimiter } from './delimiter.ts';
import { type Header, headerOf } from './header.ts';
import { lineCounter } from './line-counter.ts';
import { textDecoder } from './text-decoder.ts';

export interface CsvOptions {
  /** What separates cells; found in the first line where nothing is said. */
  readonly delimiter?: Delimiter;
}

type Cells = readonly string[];

const QUOTE_NOT_CLOSED = 'CSV_QUOTE_NOT_CLOSED';
const NOTHING = Buffer.alloc(0);
const REPLACEMENT = '\ufffd';

/**
 * Reads CSV with a header line (RFC 4180, and what programs make of it): UTF-8 or UTF-16 by byte order mark, any line ends, line
 * breaks in quotes, blank lines. Every cell is a text. A record is an object by the names of the header, those in `fields` in their
 * spelling; one with too few or too many cells is an unreadable record. Each batch comes with the lines that its records begin on.
 */
export function csvReader(onRecords: OnRecords, fields: readonly string[], options: CsvOptions = {}): RecordReader {
  const decoder = textDecoder();
  let header: Header | undefined;
  let parser: Parser | undefined;
  let records: unknown[] = [];
  /** Where the records end, the header included. */
  let ends: number[] = [];
  const counter = lineCounter();
  let isTrusted = true;
  let pending = Buffer.alloc(0);

  function onCells(cells: Cells, end: number): void {
    ends.push(end);
    if (header === undefined) header = headerOf(cells, fields);
    else records.push(isTrusted || !cells.some((cell) => cell.includes(REPLACEMENT)) ? header.record(cells) : noUnicode(cells));
  }

  function write(bytes: Buffer): void {
    isTrusted = isUtf8(bytes);
    open(bytes).write(bytes);
    deliver(bytes);
  }

  /** The delimiter is looked for in the first line that has come whole, or in all there is. */
  function open(bytes: Buffer): Parser {
    parser ??= newParser(options.delimiter ?? delimiterOf(bytes), onCells);
    return parser;
  }

  function deliver(bytes: Buffer): void {
    const lines = counter.linesOf(bytes, ends);
    if (parser?.errored) throw failure(parser.errored);
    const batch = records;
    if (batch.length > 0) onRecords(batch, lines.slice(lines.length - batch.length));
    [records, ends] = [[], []];
  }

  return {
    push(chunk) {
      const text = decoder.push(chunk);
      if (parser !== undefined) return write(text);
      pending = Buffer.concat([pending, text]);
      if (pending.length > MAX_RECORD_BYTES) throw new PermanentError('header', `no line ends in the first ${MAX_RECORD_BYTES} bytes`);
      if (!pending.includes('\n') && !pending.includes('\r')) return;
      write(pending);
      pending = Buffer.alloc(0);
    },
    end() {
      const rest = Buffer.concat([pending, decoder.end()]);
      if (rest.length > 0) write(rest);
      parser?.end();
      deliver(NOTHING);
    },
  };
}

/** Its calls are synchronous, and so are the records that it hands over. */
function newParser(delimiter: Delimiter, onCells: (cells: Cells, end: number) => void): Parser {
  const parser = new Parser({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // What programs write with quotes in the middle of a cell is kept as it is, instead of swallowing what follows.
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
    on_record: (cells: unknown, { bytes }) => {
      onCells(cells as Cells, bytes);
      return null;
    },
  });
  // Seen in `errored`, at once.
  parser.on('error', () => undefined);
  return parser;
}

function failure(error: Error): PermanentError {
  if (error instanceof PermanentError) return error;
  const { code, lines } = error as { code?: unknown; lines?: unknown };
  const why = code === QUOTE_NOT_CLOSED ? 'a quoted cell is not closed' : 'a record is longer than 16 MiB, or a quoted cell is not closed';
  return new PermanentError('malformed', `malformed CSV: ${why} (about line ${lines})`, { cause: error });
}

function noUnicode(cells: Cells): UnreadableRecord {
  return new UnreadableRecord('unicode', 'valid UTF-8, or UTF-16 with a byte order mark', JSON.stringify(cells));
}
