import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openServiceLab, type ServiceLab, TYPES } from '../../support/service-lab.ts';

let lab: ServiceLab;

beforeAll(async () => {
  lab = await openServiceLab();
}, 120_000);
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const CONTACT = { email: ' Ada@Example.com ', first_name: 'Ada', last_name: 'Example', phone: '+1 (613) 555-0123' };

async function objects() {
  return await Array.fromAsync(lab.outbox.list(''));
}

describe('POST /crm/sync/contact', () => {
  test('delivers to every connected CRM and leaves a row of the audit each', async () => {
    await lab.connect();
    const reply = await lab.call('POST', '/crm/sync/contact', CONTACT);
    expect(reply.status).toBe(200);
    for (const type of TYPES) {
      expect(reply.body.data.results[type]).toMatchObject({ success: true, outcome: 'delivered', attempts: 1 });
      expect([...lab.crms[type].held.values()].map(({ item }) => item.contact)).toEqual([
        { email: 'ada@example.com', first_name: 'Ada', last_name: 'Example', phone: '+16135550123' },
      ]);
    }
    const rows = await lab.rows('SELECT crm_type, status, status_code, attempts, crm_entity_id, request_payload FROM crm.crm_sync_logs ORDER BY crm_type');
    expect(rows.map(({ crm_type }) => crm_type)).toEqual([...TYPES].sort());
    for (const row of rows) {
      expect(row).toMatchObject({
        status: 'success',
        status_code: 200,
        attempts: 1,
        request_payload: { fields: ['email', 'first_name', 'last_name', 'phone'] },
      });
    }
  });
});

void objects;
