export type Cell = string | number | boolean | null;

const GAP = '  ';
const MAX_WIDTH = 80;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Lays rows out under their headers; a column of numbers is aligned to the right, text is cut at `maxWidth` characters. */
export function table(headers: readonly string[], rows: readonly (readonly Cell[])[], maxWidth = MAX_WIDTH): string {
  const texts = rows.map((row) => headers.map((_header, column) => shown(row[column] ?? null, maxWidth)));
  const numeric = headers.map((_header, column) => rows.every((row) => row[column] === null || typeof row[column] === 'number'));
  const widths = headers.map((header, column) => Math.max(length(header), ...texts.map((row) => length(row[column] ?? ''))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0, rows.length > 0 && numeric[column] === true))
      .join(GAP)
      .trimEnd();
  return [line(headers.map(printable)), widths.map((width) => '-'.repeat(width)).join(GAP), ...texts.map(line)].join('\n');
}

/** Text of others as a terminal may show it: what could move the cursor, colour or reorder text becomes an escape. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function shown(cell: Cell, maxWidth: number): string {
  const text = printable(cell === null ? '' : String(cell));
  return length(text) <= maxWidth ? text : `${[...text].slice(0, maxWidth - 1).join('')}…`;
}

function pad(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - length(text)));
  return right ? blanks + text : text + blanks;
}

function length(text: string): number {
  return [...text].length;
}
