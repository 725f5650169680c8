import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { migrate } from '../../../infra/postgres/migrate.ts';
import { rotateKeys } from '../../../infra/postgres/rotate.ts';
import type { Database } from '../../../shared/database/database.ts';
import { postgres } from '../../../shared/database/postgres.ts';
import { keyOf, seal, unseal } from '../../../shared/secrets/envelope.ts';
import { openPostgres } from '../../support/postgres-server.ts';

const KEY = 'an-old-passphrase-of-32-bytes-ok';
const key = (text: string) => keyOf(Buffer.from(text.padEnd(32, '.')));
const OWNER = { userId: 'firebase-1', crmType: 'hubspot' };

let server: Awaited<ReturnType<typeof openPostgres>>;
let database: Database;

beforeAll(async () => {
  server = await openPostgres();
  database = postgres({ dsn: server.dsn, max: 1 });
}, 120_000);
afterAll(async () => {
  await database.close();
  await server.stop();
});
beforeEach(async () => {
  await database.query('DROP SCHEMA IF EXISTS crm CASCADE');
});

/** The schema of the replaced service with rows, as it would be found. */
async function replacedService(): Promise<void> {
  const [up = ''] = (await readFile(join(import.meta.dirname, '../../../infra/postgres/migrations/0001_replaced-service.sql'), 'utf8')).split(
    '-- Down Migration',
  );
  await database.query(up);
  await database.query('CREATE EXTENSION IF NOT EXISTS pgcrypto');
  await database.query(`
    CREATE OR REPLACE FUNCTION crm.update_updated_at_column() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
    CREATE TRIGGER update_crm_integrations_updated_at BEFORE UPDATE ON crm.crm_integrations FOR EACH ROW EXECUTE FUNCTION crm.update_updated_at_column();
    CREATE VIEW crm.integration_summary AS SELECT user_id, count(*) AS total FROM crm.crm_integrations GROUP BY user_id;
    CREATE INDEX idx_crm_sync_logs_status ON crm.crm_sync_logs (status)`);
  await database.query(
    `INSERT INTO crm.crm_integrations (integration_id, user_id, crm_type, encrypted_credentials, settings, is_active, sync_status) VALUES
       ('00000000-0000-4000-8000-000000000001', 'firebase-1', 'hubspot', pgp_sym_encrypt('{"api_key":"pat-old"}', $1), '{"lead_quality":"Hot"}', true, 'connected'),
       ('00000000-0000-4000-8000-000000000002', 'firebase-1', 'klaviyo', pgp_sym_encrypt('{"api_key":"pk-old"}', $1), NULL, false, 'disconnected')`,
    [KEY],
  );
  await database.query(
    `INSERT INTO crm.crm_sync_logs (integration_id, user_id, crm_type, operation_type, entity_type, request_payload, response_payload, status, error_message) VALUES
       ('00000000-0000-4000-8000-000000000001', 'firebase-1', 'hubspot', 'create_contact', 'contact', '{"email":"ada@example.com","first_name":"Ada"}', '{"id":"1"}', 'success', NULL),
       ('00000000-0000-4000-8000-000000000001', 'firebase-1', 'hubspot', 'create_contact', 'contact', '[1]', NULL, 'failed', 'no contact ada@example.com here')`,
  );
}

describe('migrations', () => {
  test('make the whole schema on an empty database, and nothing the second time', async () => {
    expect(await migrate(server)).toEqual(['0001_replaced-service', '0002_nothing-lost', '0003_accounts']);
    expect(await migrate(server)).toEqual([]);
    expect(await database.query('SELECT * FROM crm.integration_summary')).toEqual([]);
    expect(await database.query('SELECT * FROM crm.sync_performance')).toEqual([]);
  });

  test('keep the rows of the replaced service, without whole contacts in its audit and what it should have purged', async () => {
    await replacedService();
    await migrate(server);
    const integrations = await database.query(
      'SELECT crm_type, settings, is_active, encrypted_credentials IS NULL AS purged FROM crm.crm_integrations ORDER BY 1',
    );
    expect(integrations).toEqual([
      { crm_type: 'hubspot', settings: { lead_quality: 'Hot' }, is_active: true, purged: false },
      { crm_type: 'klaviyo', settings: {}, is_active: false, purged: true },
    ]);
    const logs = await database.query('SELECT status, request_payload, response_payload, error_message, attempts FROM crm.crm_sync_logs ORDER BY status');
    expect(logs).toEqual([
      { status: 'failed', request_payload: { fields: [] }, response_payload: null, error_message: 'no contact … here', attempts: 0 },
      { status: 'success', request_payload: { fields: ['email', 'first_name'] }, response_payload: null, error_message: null, attempts: 0 },
    ]);
    expect(await database.query('SELECT active_integrations::int AS active FROM crm.integration_summary')).toEqual([{ active: 1 }]);
  });
});

describe('a rotation of keys', () => {
  test('takes over the credentials of the replaced service, and leaves none of it', async () => {
    await replacedService();
    await migrate(server);
    const keys = { current: key('new'), previous: [keyOf(Buffer.from(KEY))] };
    expect(await rotateKeys(database, keys)).toEqual({ rotated: 1, current: 0, failed: [] });
    const [row] = await database.query<{ encrypted_credentials: Buffer; key_id: string }>("SELECT * FROM crm.crm_integrations WHERE crm_type = 'hubspot'");
    expect(unseal(row?.encrypted_credentials ?? Buffer.of(), { current: key('new'), previous: [] }, OWNER)).toEqual({ api_key: 'pat-old' });
    expect(row?.key_id).toBe(key('new').id);
    expect(await rotateKeys(database, keys)).toEqual({ rotated: 0, current: 1, failed: [] });
  });

  test('needs the old key only until it is done, and names what does not open', async () => {
    await migrate(server);
    const [one, two] = [key('one'), key('two')];
    for (const [userId, by] of [
      ['firebase-1', one],
      ['firebase-2', key('lost')],
    ] as const) {
      const sealed = seal({ api_key: userId }, { current: by, previous: [] }, { userId, crmType: 'hubspot' });
      await database.query("INSERT INTO crm.crm_integrations (user_id, crm_type, encrypted_credentials, key_id) VALUES ($1, 'hubspot', $2, $3)", [
        userId,
        sealed,
        by.id,
      ]);
    }
    const done = await rotateKeys(database, { current: two, previous: [one] });
    const [lost] = await database.query<{ integration_id: string }>("SELECT integration_id FROM crm.crm_integrations WHERE user_id = 'firebase-2'");
    expect(done).toEqual({ rotated: 1, current: 0, failed: [lost?.integration_id] });
    const [row] = await database.query<{ encrypted_credentials: Buffer }>(
      "SELECT encrypted_credentials FROM crm.crm_integrations WHERE user_id = 'firebase-1'",
    );
    expect(unseal(row?.encrypted_credentials ?? Buffer.of(), { current: two, previous: [] }, OWNER)).toEqual({ api_key: 'firebase-1' });
  });
});
