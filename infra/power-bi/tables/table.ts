/** Types of the warehouse that the views have. */
export type WarehouseType = 'STRING' | 'INT64' | 'FLOAT64' | 'NUMERIC' | 'BOOL' | 'DATE' | 'TIMESTAMP';

/** A column of a view that the model reads. */
export interface ViewColumn {
  readonly type: WarehouseType;
  /** Whether whoever makes a report does not see it: keys, and what a measure says better. */
  readonly isHidden?: boolean;
  /** Whether the date table filters the rows by it: one column of a table at most. */
  readonly isDay?: boolean;
  /** The column whose order it has. */
  readonly sortedBy?: string;
  /** What a map makes of it. */
  readonly place?: 'City' | 'Country' | 'Latitude' | 'Longitude' | 'PostalCode' | 'StateOrProvince';
}

/** A column that Power Query adds to those of the view, because the model needs it as a column. */
export interface AddedColumn {
  readonly type: 'INT64' | 'DATE';
  readonly description: string;
  /** Power Query's M, of one row. */
  readonly m: string;
  readonly isDay?: boolean;
}

/** A column that is worked out in the model, in DAX. */
export interface CalculatedColumn {
  readonly type: 'INT64' | 'DATE' | 'STRING';
  readonly description: string;
  readonly dax: string;
  readonly format?: string;
  readonly isHidden?: boolean;
  readonly sortedBy?: string;
}

/** A table of the model: a view of dataset `analytics`, or a part of its columns. */
export interface Table {
  /** As whoever makes a report sees it. */
  readonly name: string;
  readonly view: string;
  readonly columns: Readonly<Record<string, ViewColumn>>;
  /** A BOOL of the view; rows that have it are left out. */
  readonly without?: string;
  readonly added?: Readonly<Record<string, AddedColumn>>;
  readonly calculated?: Readonly<Record<string, CalculatedColumn>>;
}

export const text: ViewColumn = { type: 'STRING' };
export const whole: ViewColumn = { type: 'INT64' };
export const decimal: ViewColumn = { type: 'NUMERIC' };
export const real: ViewColumn = { type: 'FLOAT64' };
export const yesNo: ViewColumn = { type: 'BOOL' };
export const date: ViewColumn = { type: 'DATE' };
export const instant: ViewColumn = { type: 'TIMESTAMP' };
/** A surrogate key, for relations. */
export const key: ViewColumn = { type: 'INT64', isHidden: true };
/** The day that the date table filters by. */
export const day: ViewColumn = { type: 'DATE', isHidden: true, isDay: true };

export function hidden(column: ViewColumn): ViewColumn {
  return { ...column, isHidden: true };
}

export function sortedBy(column: ViewColumn, other: string): ViewColumn {
  return { ...column, sortedBy: other };
}

export function place(column: ViewColumn, kind: NonNullable<ViewColumn['place']>): ViewColumn {
  return { ...column, place: kind };
}

/** M that gives a text its place in a list, and one more than the list is long to every other. */
export function placeIn(column: string, names: readonly string[]): string {
  return [...names.map((name, index) => `if [${column}] = "${name}" then ${index + 1} else `), names.length + 1].join('');
}
