import { isUtf8 } from 'node:buffer';
import type { Parser } from 'csv-parse';
import { PermanentError } from '../errors.ts';
import { keptText, MAX_RECORD_BYTES, MAX_RECORD_VALUES, type OnRecords, type RecordReader, UnreadableRecord } from '../json/elements.ts';
import { type Cells, cellParser } from './cell-parser.ts';
import { type Delimiter, delimiterOf } from './delimiter.ts';
import { type Aliases, type CsvField, columnNames, recordBuilder } from './header.ts';
import { hasClosedQuotes } from './quotes.ts';
import { recordWindow } from './record-window.ts';
import { textDecoder } from './text-decoder.ts';

export interface CsvOptions {
  /** What separates cells; found in the first line where nothing is said. */
  readonly delimiter?: Delimiter;
  /** Other names that the column of a field may have, by the field. */
  readonly aliases?: Aliases;
}

const MAX_HEADER_BYTES = 1024 * 1024;
const NOTHING = Buffer.alloc(0);
const LINE_END = Buffer.from('\n');
const QUOTE = 0x22;
const REPLACEMENT = '\ufffd';
/** How Excel is told the delimiter, in a line before the header: `sep=;`. */
const SEPARATOR_LINE = 'sep=';

/**
 * Reads CSV with a header line (RFC 4180, and what programs make of it): UTF-8 or UTF-16, any line ends, line breaks in quotes,
 * blank lines. Every cell is a text. A record is an object by the names of the header, those of `fields` in their spelling; one
 * with too few or too many cells is an unreadable record. Each batch comes with the lines that its records begin on.
 */
export function csvReader(onRecords: OnRecords, fields: readonly CsvField[], options: CsvOptions = {}): RecordReader {
  const decoder = textDecoder();
  const window = recordWindow();
  let parser: Parser | undefined;
  let delimiter: Delimiter = ',';
  let names: readonly string[] | undefined;
  let build: (cells: Cells) => unknown = () => undefined;
  let isTrusted = true;
  let records: unknown[] = [];
  let lines: number[] = [];
  let beginning: Buffer = NOTHING;
  /** In the record at hand, at the least, where it is long. */
  let delimiters = 0;

  function onCells(cells: Cells, end: number): void {
    const line = window.take(end);
    // A spreadsheet leaves lines of nothing but delimiters behind; empty quotes are a program's way to write a record.
    if (cells.every(isBlank) && !window.taken().includes(QUOTE)) return;
    if (names === undefined) onHeader(cells);
    else {
      records.push(unreadableIn(cells, names.length) ?? build(cells));
      lines.push(line);
    }
  }

  function onHeader(cells: Cells): void {
    if (cells[0] === SEPARATOR_LINE && cells.length === 2) return;
    if (!isUtf8(window.taken())) throw new PermanentError('header', 'the header is no valid UTF-8, nor UTF-16: save the file as UTF-8');
    names = columnNames(cells, fields, options.aliases);
    build = recordBuilder(names);
  }

  /** What stands for a record that cannot be read; undefined for one that can. */
  function unreadableIn(cells: Cells, width: number): UnreadableRecord | undefined {
    if (!isTrusted && cells.some(isReplaced) && !isUtf8(window.taken())) return unreadable('unicode', 'valid UTF-8, or UTF-16');
    const isWhole = cells.length === width || (cells.length > width && cells.slice(width).every(isBlank));
    if (!isWhole) return unreadable('columns', `${width} cells (it has ${cells.length})`);
    // Quotes that nobody closed go on to the next line that has some, and take its record along.
    if (window.hasLineBreaks && !hasClosedQuotes(window.taken(), delimiter)) return unreadable('columns', 'quoted cells that end where their quotes close');
    return undefined;
  }

  function unreadable(rule: UnreadableRecord['rule'], expected: string): UnreadableRecord {
    return new UnreadableRecord(rule, expected, keptText(window.taken()));
  }

  function begin(text: Buffer, isAll: boolean): void {
    beginning = Buffer.concat([beginning, text]);
    const found = options.delimiter ?? delimiterOf(beginning);
    if (found === undefined && !isAll) {
      if (beginning.length > MAX_HEADER_BYTES) throw new PermanentError('header', `no header line ends in the first ${MAX_HEADER_BYTES} bytes`);
      return;
    }
    delimiter = found ?? delimiterOf(Buffer.concat([beginning, LINE_END])) ?? ',';
    parser = cellParser(delimiter, onCells);
    const all = beginning;
    beginning = NOTHING;
    write(parser, all);
  }

  function write(open: Parser, bytes: Buffer): void {
    isTrusted &&= isUtf8(bytes);
    window.push(bytes);
    open.write(bytes);
    if (window.size > MAX_RECORD_BYTES) throw malformed(window.line, `is longer than ${MAX_RECORD_BYTES} bytes; perhaps a quoted cell is not closed`);
    // Of a record that fills the chunk: empty cells take no bytes of it but memory, 700 MB for 16 MiB of commas (measured).
    delimiters = window.size > bytes.length ? delimiters + countOf(bytes, delimiter) : 0;
    if (delimiters > MAX_RECORD_VALUES) throw malformed(window.line, `has more than ${MAX_RECORD_VALUES} cells`);
    deliver();
  }

  function deliver(): void {
    if (records.length > 0) onRecords(records, lines);
    [records, lines] = [[], []];
  }

  function push(text: Buffer, isAll = false): void {
    if (parser === undefined) begin(text, isAll);
    else if (text.length > 0) write(parser, text);
  }

  return {
    push: (chunk) => push(decoder.push(chunk)),
    end() {
      push(decoder.end(), true);
      const line = window.line;
      parser?.end();
      if (parser?.errored) throw parser.errored instanceof PermanentError ? parser.errored : malformed(line, 'has a quoted cell that is not closed');
      if (names === undefined) throw new PermanentError('header', 'the file is empty: it has no header line');
      deliver();
    },
  };
}

function malformed(line: number, why: string): PermanentError {
  return new PermanentError('malformed', `malformed CSV: the record that begins on line ${line} ${why}`);
}

function countOf(bytes: Buffer, delimiter: Delimiter): number {
  let count = 0;
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + 1)) count += 1;
  return count;
}

function isBlank(cell: string): boolean {
  return cell === '' || cell.trim() === '';
}

function isReplaced(cell: string): boolean {
  return cell.includes(REPLACEMENT);
}
