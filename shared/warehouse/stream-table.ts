import type { Stream } from '../stream.ts';
import type { Column, TableSpec } from './table.ts';

/** The columns that every clean row carries, whatever its stream. */
const ORIGIN_COLUMNS: readonly Column[] = [
  { name: '_raw_object', type: 'STRING', mode: 'REQUIRED', description: 'Raw object that the row comes from' },
  { name: '_raw_generation', type: 'INT64', mode: 'REQUIRED', description: 'Generation of the raw object' },
  { name: '_row', type: 'INT64', mode: 'REQUIRED', description: 'Ordinal of the record in the raw object, from 1' },
  { name: '_extracted_at', type: 'TIMESTAMP', mode: 'REQUIRED', description: 'Run time: when the raw object was asked for' },
];
const EXTRA_COLUMN: Column = { name: '_extra', type: 'JSON', mode: 'NULLABLE', description: 'Fields of the record that the stream does not declare' };
const LOAD_COLUMN: Column = { name: 'load_timestamp', type: 'TIMESTAMP', mode: 'REQUIRED', description: 'Data load timestamp' };

/** The columns of a stream's clean rows. */
export function rowColumns(stream: Stream): readonly Column[] {
  return [...declaredColumns(stream), ...ORIGIN_COLUMNS, ...(stream.unknown === 'none' ? [] : [EXTRA_COLUMN])];
}

/** The table that a stream fills, as it is created. */
export function streamTable(stream: Stream): TableSpec {
  return {
    dataset: stream.table.dataset,
    table: stream.table.name,
    description: stream.description,
    columns: [...rowColumns(stream), LOAD_COLUMN],
    partition: stream.table.partition,
    cluster: stream.table.cluster,
    labels: { source: stream.source.name, stream: stream.name },
  };
}

function declaredColumns(stream: Stream): readonly Column[] {
  return Object.entries(stream.columns).map(([name, column]) => ({
    name,
    type: column.type,
    mode: column.required === true ? 'REQUIRED' : 'NULLABLE',
    description: column.description ?? '',
    ...(column.type === 'NUMERIC' ? { precision: column.precision ?? 18 } : {}),
  }));
}
