import { Parser } from 'csv-parse';
import type { Delimiter } from './delimiter.ts';

/** The cells of a line or, with line breaks in quotes, of several. */
export type Cells = readonly string[];

/**
 * Makes a parser whose calls are synchronous: it hands over the cells of each record and where it ends, in bytes of the text, during
 * `write` and `end`; a failure is in `errored` then. Records are taken where it would queue them, so that no queue fills.
 */
export function cellParser(delimiter: Delimiter, onCells: (cells: Cells, end: number) => void): Parser {
  const parser = new Parser({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // What programs write with quotes in the middle of a cell is kept as it is, instead of swallowing what follows.
    relax_quotes: true,
    skip_empty_lines: true,
  });
  parser.push = (cells: Cells | null) => {
    if (cells !== null) onCells(cells, parser.info.bytes);
    return true;
  };
  parser.on('error', () => undefined);
  return parser;
}
