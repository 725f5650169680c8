import { rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { OpenWriter } from '../export/file-writer.ts';
import { thrown } from './duckdb-failure.ts';
import { identifier } from './duckdb-sql.ts';

/** DuckDB's types by BigQuery's words; all else is text. */
const TYPES: Readonly<Record<string, string>> = {
  INT64: 'BIGINT',
  FLOAT64: 'DOUBLE',
  NUMERIC: 'DECIMAL(38, 9)',
  BOOL: 'BOOLEAN',
  DATE: 'DATE',
  DATETIME: 'TIMESTAMP',
  TIMESTAMP: 'TIMESTAMPTZ',
  TIME: 'TIME',
};

/** Parquet, compressed with zstd, with the types of the columns: amounts as DECIMAL(38, 9), moments in UTC. DuckDB writes it from a table beside the file. */
export const openParquetFile: OpenWriter = async (file, columns) => {
  const beside = `${file}.rows`;
  const places = columns.map((_column, place) => `c${place}`);
  const instance = await DuckDBInstance.create(beside, { autoinstall_known_extensions: 'false' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`CREATE TABLE rows (${places.map((name) => `${name} VARCHAR`).join(', ')})`);
  const appender = await connection.createAppender('rows');
  let isOpen = true;
  const free = async () => {
    if (!isOpen) return;
    isOpen = false;
    appender.closeSync();
    connection.closeSync();
    instance.closeSync();
    for (const path of [beside, `${beside}.wal`]) await rm(path, { force: true });
  };
  return {
    async write({ rows }) {
      for (const row of rows) {
        for (const [place] of columns.entries()) {
          const cell = row[place] ?? null;
          if (cell === null) appender.appendNull();
          else appender.appendVarchar(String(cell));
        }
        appender.endRow();
      }
    },
    async close() {
      appender.flushSync();
      const cast = columns.map(({ name, type }, place) => `CAST(c${place} AS ${TYPES[type] ?? 'VARCHAR'}) AS ${identifier(name)}`);
      const target = `'${file.replaceAll("'", "''")}'`;
      await connection
        .run(`COPY (SELECT ${cast.join(', ')} FROM rows ORDER BY rowid) TO ${target} (FORMAT parquet, COMPRESSION zstd)`)
        .catch((error: unknown) => {
          throw thrown(error);
        });
      await free();
    },
    abandon: free,
  };
};
