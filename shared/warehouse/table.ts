export type ColumnType = 'STRING' | 'INT64' | 'FLOAT64' | 'NUMERIC' | 'BOOL' | 'DATE' | 'DATETIME' | 'TIMESTAMP' | 'JSON';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly mode: 'REQUIRED' | 'NULLABLE';
  readonly description: string;
  /** Total digits of a NUMERIC; nine of them are decimals. */
  readonly precision?: 18 | 38;
}

/** A warehouse table as its stream declares it. */
export interface TableSpec {
  readonly dataset: string;
  readonly table: string;
  readonly description: string;
  readonly columns: readonly Column[];
  /** The column whose day partitions the table. */
  readonly partition: string;
  readonly cluster: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}
