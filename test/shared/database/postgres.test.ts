import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../../shared/database/database.ts';
import { postgres } from '../../../shared/database/postgres.ts';
import { openPostgres } from '../../support/postgres-server.ts';

const BY_KEY = 'UPDATE plan_test t SET value = i.value FROM jsonb_to_recordset($1::jsonb) AS i (id int, value int) WHERE t.id = i.id';

let server: Awaited<ReturnType<typeof openPostgres>>;
let database: Database;

beforeAll(async () => {
  server = await openPostgres();
  database = postgres({ dsn: server.dsn, max: 1, prepared: true });
});
afterAll(async () => {
  await database.close();
  await server.stop();
});

test('a prepared statement finds its rows by the key after its tables have grown, also when it was planned on empty ones', async () => {
  await database.query('CREATE TABLE plan_test (id int PRIMARY KEY, value int)');
  for (let times = 0; times < 10; times += 1) await database.query(BY_KEY, ['[]']);
  const [{ name } = { name: '' }] = await database.query<{ name: string }>('SELECT name FROM pg_prepared_statements WHERE statement = $1', [BY_KEY]);
  const plan = JSON.stringify(await database.query(`EXPLAIN EXECUTE ${name} ('[]')`));
  expect(plan).toContain('Index Scan using plan_test_pkey');
  expect(plan).not.toContain('Seq Scan');
});
