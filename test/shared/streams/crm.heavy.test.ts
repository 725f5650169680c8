import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { contacts } from '../../../shared/streams/crm/contacts.ts';
import { syncLogs } from '../../../shared/streams/crm/sync-logs.ts';
import type { Database } from '../../../shared/database/database.ts';
import { DatabaseError } from '../../../shared/database/database.ts';
import { type Chain, openChain } from '../../support/chain.ts';
import { openServiceLab, type ServiceLab } from '../../support/service-lab.ts';

jest.setTimeout(60_000);

const PERSON = { email: 'ada@example.com', first_name: 'Ada' };
const STREAMS = [syncLogs, contacts];

let lab: ServiceLab;
let chain: Chain;
let database: Database;

beforeAll(async () => {
  lab = await openServiceLab();
});
afterAll(() => lab.close());
beforeEach(async () => {
  await lab.reset();
  database = lab.database;
  chain = await openChain({
    streams: STREAMS,
    sources: new Map([['crm', { dsn: 'postgres://db', instance: '' }]]),
    database: async () => ({ ...database }),
  });
});
afterEach(() => chain.close());

/** Runs both streams as of now, or of a time of the test. */
async function extracted(time = new Date(Date.now() + 1_000).toISOString()) {
  const { status, body } = await chain.publish({ source: 'crm' }, { time });
  await chain.settle();
  await chain.settle();
  return { status, records: status === 200 ? body.runs.map(({ stream, records, message }) => ({ stream, records, message })) : [] };
}

describe('what the CRM sync has done', () => {
  test('reaches the warehouse in one object a stream, without an address or a value', async () => {
    await lab.connect(['hubspot', 'klaviyo']);
    lab.crms.klaviyo.answer = () => ({ outcome: 'refused', code: 'invalid', message: 'first_name: is too long', statusCode: 400 });
    await lab.call('POST', '/crm/sync/contact', PERSON);
    expect((await extracted()).records).toEqual([
      { stream: 'crm/sync_logs', records: 2 },
      { stream: 'crm/contacts', records: 2 },
    ]);
    expect(await chain.rows('SELECT crm_type, status, error_code, attempts, fields FROM crm.sync_logs ORDER BY crm_type')).toEqual([
      { crm_type: 'hubspot', status: 'success', error_code: null, attempts: 1, fields: '["email","first_name"]' },
      { crm_type: 'klaviyo', status: 'failed', error_code: 'invalid', attempts: 1, fields: '["email","first_name"]' },
    ]);
    const found = await chain.rows('SELECT crm_type, fields, delivered_at IS NULL AS never, contact_key FROM crm.contacts ORDER BY crm_type');
    expect(found).toMatchObject([
      { crm_type: 'hubspot', fields: '["email","first_name"]', never: false },
      { crm_type: 'klaviyo', fields: '[]', never: true },
    ]);
    expect(new Set(found.map((row) => row['contact_key'])).size).toBe(1);
    expect(await chain.objects(chain.raw)).toHaveLength(2);
    for (const { name } of await chain.objects(chain.clean)) expect(JSON.stringify(await chain.lines(name))).not.toMatch(/ada@example|"Ada"/);
  });

  test('is corrected by the next run, which asks for what has changed since', async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.answer = () => ({ outcome: 'later', reason: 'down', statusCode: 503 });
    await lab.call('POST', '/crm/sync/contact', PERSON);
    await lab.database.query(`UPDATE crm.crm_sync_logs SET created_at = created_at`);
    await extracted();
    expect(await chain.rows('SELECT status FROM crm.sync_logs')).toEqual([{ status: 'retrying' }]);
    lab.crms.hubspot.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    await lab.deliverAll();
    await extracted(new Date(Date.now() + 5_000).toISOString());
    const [row] = await chain.rows('SELECT status, attempts, outbox_object FROM crm.sync_logs');
    expect(row).toMatchObject({ status: 'success', outbox_object: expect.stringMatching(/^hubspot\/contact\//) });
    expect(Number(row?.['attempts'])).toBeGreaterThan(1);
  });

  test('is read to its end over many pages, whatever has changed at the same moment', async () => {
    await lab.connect(['hubspot']);
    await lab.database.query(
      `INSERT INTO crm.crm_sync_logs (integration_id, user_id, crm_type, operation_type, entity_type, request_payload, updated_at)
       SELECT integration_id, user_id, crm_type, 'create_contact', 'contact', '{"fields":[]}', '2026-01-01T00:00:00Z'
       FROM crm.crm_integrations, generate_series(1, 4001)`,
    );
    expect((await extracted()).records[0]).toEqual({ stream: 'crm/sync_logs', records: 4_001 });
    expect(await chain.rows('SELECT COUNT(DISTINCT log_id) AS n FROM crm.sync_logs')).toEqual([{ n: 4_001 }]);
  });
});

describe('the database', () => {
  test.each([
    ['has no such table', '42P01', 200],
    ['refuses the user', '28P01', 200],
    ['is away', '57P01', 500],
    ['is not reached', undefined, 500],
  ])('that %s ends the run with a notice, or makes it come again, and leaves no object', async (_, code, status) => {
    database = { ...lab.database, query: () => Promise.reject(new DatabaseError('refused', code, undefined)) };
    const run = await extracted();
    expect(run.status).toBe(status);
    if (status === 200) expect(run.records[0]?.message).toContain(`PostgreSQL answered ${code}`);
    expect(await chain.objects(chain.raw)).toEqual([]);
  });

  test('that no setting names is off', async () => {
    const other = await openChain({ streams: STREAMS, sources: new Map() });
    try {
      const { body } = await other.publish({ source: 'crm' });
      expect(body.runs[0]).toMatchObject({ outcome: 'failed', message: expect.stringContaining('CRM sync is off: set DB_DSN') });
    } finally {
      await other.close();
    }
  });
});
