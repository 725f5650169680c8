import type { QueryResult } from '../../shared/warehouse/warehouse.ts';

/** Types whose values no spreadsheet takes for a formula. */
const PLAIN = new Set(['INT64', 'FLOAT64', 'NUMERIC', 'BOOL', 'DATE', 'DATETIME', 'TIMESTAMP', 'TIME']);
/** What a spreadsheet runs or skips to the formula behind it, the full-width signs too (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** A result as CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front; null is empty, an empty text `""`. */
export function csv(result: QueryResult): string {
  return csvHeader(result) + csvRows(result);
}

/** The line of names. */
export function csvHeader({ columns }: Pick<QueryResult, 'columns'>): string {
  return line(columns.map(({ name }) => field(name, 'STRING')));
}

/** The lines of rows, without the names. */
export function csvRows({ columns, rows }: QueryResult): string {
  return rows.map((row) => line(columns.map(({ type }, column) => field(row[column] ?? null, type)))).join('');
}

function line(fields: readonly string[]): string {
  return `${fields.join(',')}\r\n`;
}

function field(value: string | number | boolean | null, type: string): string {
  if (value === null) return '';
  const told = type === 'NUMERIC' ? withoutZeros(String(value)) : value;
  const text = typeof told === 'string' && !PLAIN.has(type) && FORMULA.test(told) ? `'${told}` : String(told);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** DuckDB tells all nine decimals of a NUMERIC, BigQuery those that it needs. */
function withoutZeros(number: string): string {
  return number.includes('.') ? number.replace(/\.?0+$/, '') : number;
}
