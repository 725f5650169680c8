import { query } from '../infra/local/duckdb.ts';

export function print(line: string): void {
  void query(line);
}
