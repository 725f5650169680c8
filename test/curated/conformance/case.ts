/**
 * A query of one value, the value that BigQuery's reference gives it and the type; plain data, so that every engine can be
 * asked. A value is text; of a NUMERIC or FLOAT64 without zeros at the end.
 */
export type Case = readonly [name: string, sql: string, value: string | null, type: string];

/** A query that BigQuery rejects: no value may come back. */
export type WrongQuery = readonly [name: string, sql: string];
