import { expect, test } from '@jest/globals';
import type { Connection } from '../../../shared/warehouse/bigquery-client.ts';
import { readRows, scanRows } from '../../../shared/warehouse/bigquery-jobs.ts';
import type { QueryResult } from '../../../shared/warehouse/warehouse.ts';

const schema = { fields: [{ name: 'n', type: 'INTEGER' }] };
const row = (value: string) => ({ f: [{ v: value }] });
const COLUMNS = [{ name: 'n', type: 'INT64' }];

/** A BigQuery that gives these answers, one after the other. */
function answering(...answers: readonly object[]) {
  const left = [...answers];
  const pauses: number[] = [];
  const ask = async () => left.shift();
  const pause = async (asked: number) => void pauses.push(asked);
  return { connection: { location: 'EU', ask, pause } as unknown as Connection, pauses };
}

test('rows are waited for while the answer is not complete', async () => {
  const { connection, pauses } = answering({ jobComplete: false }, { jobComplete: false }, { jobComplete: true, schema, rows: [row('1')] });
  expect(await readRows(connection, {})).toEqual({ columns: COLUMNS, rows: [[1]] });
  expect(pauses).toEqual([1, 2]);
});

test('rows come page by page, and one page where there is none', async () => {
  const pages: QueryResult[] = [];
  const take = async (page: QueryResult) => void pages.push(page);
  await scanRows(answering({ schema, rows: [row('1')], pageToken: 'p' }, { rows: [row('2')] }).connection, {}, take);
  await scanRows(answering({ schema }).connection, {}, take);
  expect(pages).toEqual([
    { columns: COLUMNS, rows: [[1]] },
    { columns: COLUMNS, rows: [[2]] },
    { columns: COLUMNS, rows: [] },
  ]);
});
