import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Database, DatabaseError } from '../../../shared/database/database.ts';
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

/** The same server by a way that a test can break. */
async function breakable() {
  const address = new URL(server.dsn);
  const sockets: Socket[] = [];
  let isOpen = true;
  const proxy = createServer((socket) => {
    const there = connect(Number(address.port), address.hostname);
    for (const one of [socket, there]) one.on('error', () => undefined).on('close', () => void [socket, there].map((other) => other.destroy()));
    socket.on('data', (bytes) => isOpen && there.write(bytes));
    there.pipe(socket);
    sockets.push(socket);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as { port: number };
  return {
    dsn: Object.assign(new URL(server.dsn), { hostname: '127.0.0.1', port: String(port) }).href,
    async breakAll() {
      const ended = sockets.map((socket) => once(socket, 'close'));
      for (const socket of sockets) socket.destroy();
      await Promise.all(ended);
    },
    swallow(isSwallowed: boolean) {
      isOpen = !isSwallowed;
    },
    close: () => void proxy.close(),
  };
}

test('a connection that breaks in a transaction ends the transaction alone', async () => {
  const way = await breakable();
  const over = postgres({ dsn: way.dsn, max: 1 });
  const transaction = over.transaction(async (query) => {
    await query('SELECT 1');
    await way.breakAll();
    await query('SELECT 1');
  });
  await expect(transaction).rejects.toThrow(DatabaseError);
  await over.close();
  way.close();
});

test('a statement whose server has gone away without a word is given up, and the next one has another connection', async () => {
  const way = await breakable();
  const over = postgres({ dsn: way.dsn, max: 1, statementTimeoutMs: 50 });
  await over.query('SELECT 1');
  way.swallow(true);
  await expect(over.query('SELECT 1')).rejects.toThrow(DatabaseError);
  way.swallow(false);
  expect(await over.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await over.close();
  way.close();
});
