/** A published figure, as it is printed, and the query that gives its one value from the curated tables. */
export interface Figure {
  readonly name: string;
  readonly published: string;
  readonly where: string;
}

/** What a row must have; a text is compared as it is, null is null. */
export type Conditions = Readonly<Record<string, string | number | null>>;

/** The query of a value of the one row of a table that has these. */
export function from(table: string, value: string, conditions: Conditions = {}): string {
  const tests = Object.entries(conditions).map(([column, wanted]) => `${column} ${test(wanted)}`);
  return `SELECT ${value} FROM ${table}${tests.length === 0 ? '' : ` WHERE ${tests.join(' AND ')}`}`;
}

function test(wanted: string | number | null): string {
  if (wanted === null) return 'IS NULL';
  return typeof wanted === 'number' ? `= ${wanted}` : `= '${wanted}'`;
}

/** A value rounded as what is printed: to as many places. */
export function asPrinted(value: unknown, published: string): string {
  if (value === null || value === undefined) return 'null';
  const number = Number(value);
  return Number.isNaN(number) ? String(value) : number.toFixed(published.split('.')[1]?.length ?? 0);
}
