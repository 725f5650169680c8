import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
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
async function replacedService(passphrase = KEY): Promise<void> {
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
    [passphrase],
  );
  await database.query(
    `INSERT INTO crm.crm_sync_logs (integration_id, user_id, crm_type, operation_type, entity_type, request_payload, response_payload, status, error_message) VALUES
       ('00000000-0000-4000-8000-000000000001', 'firebase-1', 'hubspot', 'create_contact', 'contact', '{"email":"ada@example.com","first_name":"Ada"}', '{"id":"1"}', 'success', NULL),
       ('00000000-0000-4000-8000-000000000001', 'firebase-1', 'hubspot', 'create_contact', 'contact', '[1]', NULL, 'failed', 'no contact ada@example.com here')`,
  );
}

/** Runs the command in a process of its own, with these settings alone. */
async function command(name: string, env: Record<string, string>): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const main = join(import.meta.dirname, '../../../infra/postgres/main.ts');
  const child = spawn(process.execPath, [main, name], { env: { PATH: process.env['PATH'], ...env } });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
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

describe('npm run migrate', () => {
  const OLD = { CRM_ENCRYPTION_KEY_PREVIOUS: KEY };
  const run = async (env: Record<string, string>) => await command('migrate', { DB_DSN: server.dsn, ...env });

  test('takes over credentials, and says what is to be done where it cannot', async () => {
    await replacedService();
    const waiting = await run({});
    expect([waiting.code, waiting.stderr]).toEqual([
      1,
      '1 connections have the credentials of the replaced service: run this again with CRM_ENCRYPTION_KEY, and its key as CRM_ENCRYPTION_KEY_PREVIOUS\n',
    ]);
    const wrong = await run({ CRM_ENCRYPTION_KEY: '.'.repeat(32) });
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      '1 do not open: they are of the replaced service, under another passphrase: set its CRM_ENCRYPTION_KEY as CRM_ENCRYPTION_KEY_PREVIOUS, and run this again ' +
        '(00000000-0000-4000-8000-000000000001)\n',
    ]);
    const done = await run({ CRM_ENCRYPTION_KEY: '.'.repeat(32), ...OLD });
    expect([done.code, done.stdout, done.stderr]).toEqual([
      0,
      'The schema crm is up to date\nCredentials: 1 encrypted with the current key now, 0 before\n',
      '',
    ]);
    expect((await run({})).code).toBe(0);
  });

  test('takes a passphrase of any length, as the replaced service did', async () => {
    const passphrase = 'a passphrase that has thirty-seven ch';
    await replacedService(passphrase);
    const done = await run({ CRM_ENCRYPTION_KEY: '.'.repeat(32), CRM_ENCRYPTION_KEY_PREVIOUS: passphrase });
    expect([done.code, done.stderr]).toEqual([0, '']);
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
    const why = `the credentials were encrypted with the key ${key('lost').id}: set it as CRM_ENCRYPTION_KEY_PREVIOUS, and run this again`;
    expect(done).toEqual({ rotated: 1, current: 0, failed: [{ id: lost?.integration_id, why }] });
    const [row] = await database.query<{ encrypted_credentials: Buffer }>(
      "SELECT encrypted_credentials FROM crm.crm_integrations WHERE user_id = 'firebase-1'",
    );
    expect(unseal(row?.encrypted_credentials ?? Buffer.of(), { current: two, previous: [] }, OWNER)).toEqual({ api_key: 'firebase-1' });
  });
});
