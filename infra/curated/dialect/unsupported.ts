/** Thrown for BigQuery SQL that has no exact counterpart here, and for what is no BigQuery SQL; says which word. */
export class UnsupportedSql extends Error {
  constructor(what: string) {
    super(`not supported on DuckDB: ${what}`);
    this.name = 'UnsupportedSql';
  }
}

export function refuse(what: string): never {
  throw new UnsupportedSql(what);
}
