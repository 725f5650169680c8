import type { Definition, ReportColumn, ReportData, ReportTable } from '../../report-data.ts';

export type Cell = string | number | boolean | null;

/** A table of the report, read by row and column. */
export interface Table {
  readonly name: string;
  readonly rows: number;
  readonly about: ReportTable;
  readonly has: (column: string) => boolean;
  /** The value of a row; null where there is none, or no such column. */
  readonly cell: (row: number, column: string) => Cell;
  /** The same as a number. */
  readonly number: (row: number, column: string) => number | null;
  /** The same as a text. */
  readonly text: (row: number, column: string) => string | null;
}

/** What a figure is called in the catalogue: table and column. */
export type FigureName = readonly [table: string, column: string];

export interface Report {
  readonly data: ReportData;
  /** Undefined where the report does not hold it. */
  readonly table: (name: string) => Table | undefined;
  readonly definition: (name: FigureName) => Definition | undefined;
}

/** Gives access to the packed tables of a report. */
export function openReport(data: ReportData): Report {
  const tables = new Map(Object.entries(data.tables).map(([name, table]) => [name, openTable(name, table)]));
  return {
    data,
    table: (name) => tables.get(name),
    definition: ([table, column]) => data.definitions[table]?.[column],
  };
}

function openTable(name: string, about: ReportTable): Table {
  const columns = new Map(Object.entries(about.columns));
  const cell = (row: number, column: string): Cell => unpacked(columns.get(column), row);
  return {
    name,
    rows: about.rows,
    about,
    has: (column) => columns.has(column) && !(about.dropped ?? []).includes(column),
    cell,
    number: (row, column) => {
      const value = cell(row, column);
      return typeof value === 'number' ? value : null;
    },
    text: (row, column) => {
      const value = cell(row, column);
      return value === null ? null : String(value);
    },
  };
}

function unpacked(column: ReportColumn | undefined, row: number): Cell {
  if (column === undefined) return null;
  const value = column.values[row] ?? null;
  if (value === null || column.type === 'number' || column.type === 'boolean') return value;
  return column.words[Number(value)] ?? null;
}
