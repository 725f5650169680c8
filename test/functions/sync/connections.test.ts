import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../shared/crm/crm-error.ts';
import { type KeyRing, keyOf, seal } from '../../../shared/secrets/envelope.ts';
import { openServiceLab, type ServiceLab } from '../../support/service-lab.ts';

let lab: ServiceLab;

beforeAll(async () => {
  lab = await openServiceLab();
}, 120_000);
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const KEY = 'pk_canary_0815';
const CONNECT = { crm_type: 'hubspot', credentials: { api_key: KEY } };

describe('POST /crm/validate', () => {
  test('proves credentials and stores nothing', async () => {
    const reply = await lab.call('POST', '/crm/validate', CONNECT);
    expect([reply.status, reply.body.data]).toEqual([200, { crm_type: 'hubspot', is_valid: true }]);
    expect(await lab.rows('SELECT * FROM crm.crm_integrations')).toEqual([]);
  });

  test.each([
    ['a CRM that cannot be connected', { crm_type: 'zoho', credentials: {} }, undefined, 400, 'CRM_INVALID_TYPE'],
    ['credentials of another shape', { crm_type: 'hubspot', credentials: { api_key: 7 } }, undefined, 400, 'VAL_INVALID_INPUT'],
    ['credentials with something more', { crm_type: 'hubspot', credentials: { api_key: 'a', other: KEY } }, undefined, 400, 'VAL_INVALID_INPUT'],
    ['credentials that the CRM refuses', CONNECT, new CrmError('credentials', 'HubSpot answered 401', 401), 401, 'CRM_INVALID_CREDENTIALS'],
    ['an address that may not be called', CONNECT, new CrmError('address', 'this address is not public'), 400, 'VAL_INVALID_INPUT'],
    ['a CRM that does not answer', CONNECT, new CrmError('unreachable', 'no answer'), 503, 'CRM_CONNECTION_FAILED'],
  ])('refuses %s', async (_, body, invalid, status, code) => {
    lab.crms.hubspot.invalid = invalid;
    const reply = await lab.call('POST', '/crm/validate', body);
    expect([reply.status, reply.body.error_code]).toEqual([status, code]);
    expect(reply.text).not.toContain(KEY);
  });
});

describe('POST /crm/connect', () => {
  test('stores credentials encrypted, and shows their last four characters only', async () => {
    const reply = await lab.call('POST', '/crm/connect', {
      ...CONNECT,
      selected_fields: ['email', 'phone'],
      lead_quality: 'Warm',
      settings: { own: 1, sync_frequency: 'daily' },
    });
    expect(reply.status).toBe(200);
    expect(reply.body.data.integration).toEqual({
      integration_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user_id: 'user-1',
      crm_type: 'hubspot',
      is_active: true,
      settings: { own: 1, selected_fields: ['email', 'phone'], lead_quality: 'Warm', sync_frequency: 'real-time' },
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      updated_at: expect.stringMatching(/Z$/),
      last_sync_at: null,
      sync_status: 'connected',
    });
    const list = await lab.call('GET', '/crm/list');
    expect(list.body.data).toMatchObject({ total: 1, integrations: [{ credential_last_four: '0815', sync_error: null }] });
    const [row] = await lab.rows<{ encrypted_credentials: Buffer }>('SELECT * FROM crm.crm_integrations');
    expect(row?.encrypted_credentials.includes('canary')).toBe(false);
    expect(JSON.stringify([reply.body, list.body, row, lab.logged])).not.toContain(KEY);
  });

  test('drops a mapping of fields with a warning', async () => {
    const reply = await lab.call('POST', '/crm/connect', { ...CONNECT, settings: { field_mapping: { a: 'b' } } });
    expect(reply.body.data.warnings).toEqual([expect.stringContaining('field_mapping')]);
    const patched = await lab.call('PATCH', '/crm/hubspot', { settings: { field_mapping: {} } });
    expect(patched.body.data.warnings).toHaveLength(1);
    expect(patched.body.data.integration.settings).toEqual({ sync_frequency: 'real-time' });
  });

  test('refuses what is connected, active or not, and names it', async () => {
    const first = await lab.call('POST', '/crm/connect', CONNECT);
    const id = first.body.data.integration.integration_id;
    const second = await lab.call('POST', '/crm/connect', CONNECT);
    expect([second.status, second.body.error_code, second.body.details]).toEqual([409, 'CRM_INTEGRATION_EXISTS', { integration_id: id, is_active: true }]);
    await lab.call('DELETE', '/crm/hubspot/disconnect');
    expect((await lab.call('POST', '/crm/connect', CONNECT)).body.details).toEqual({ integration_id: id, is_active: false });
  });

  test('connects once when many ask at the same time', async () => {
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await lab.call('POST', '/crm/connect', CONNECT)).status));
    expect(statuses.sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });

  test('answers a repeat with its Idempotency-Key what the first did, also where the first died once it had stored them', async () => {
    const key = { 'idempotency-key': 'connect-1' };
    const died = "UPDATE crm.crm_requests SET status = NULL, response = NULL, lease_until = now() - interval '1 second'";
    const first = await lab.call('POST', '/crm/connect', CONNECT, key);
    await lab.rows(died);
    const again = await lab.call('POST', '/crm/connect', CONNECT, key);
    expect([again.status, again.body.data]).toEqual([200, first.body.data]);
    expect((await lab.call('POST', '/crm/connect', CONNECT, { 'idempotency-key': 'connect-2' })).status).toBe(409);
    // It is another story what has become of it since.
    await lab.call('DELETE', '/crm/hubspot/disconnect');
    await lab.rows(died);
    expect((await lab.call('POST', '/crm/connect', CONNECT, key)).status).toBe(409);
  });

  test('refuses a field that cannot be selected', async () => {
    const reply = await lab.call('POST', '/crm/connect', { ...CONNECT, selected_fields: ['shoe_size'] });
    expect(reply.status).toBe(400);
    expect(reply.body.details.validation_errors[0]).toMatchObject({ field: 'selected_fields.0', type: 'enum' });
  });
});

describe('PATCH /crm/{crm_type}', () => {
  test('changes settings one by one, and proves new credentials first', async () => {
    await lab.call('POST', '/crm/connect', { ...CONNECT, settings: { a: 1, b: 2 } });
    const reply = await lab.call('PATCH', '/crm/HubSpot', { settings: { b: 3 }, lead_quality: 'Hot' });
    expect(reply.body.data.integration.settings).toEqual({ a: 1, b: 3, lead_quality: 'Hot', sync_frequency: 'real-time' });
    lab.crms.hubspot.invalid = new CrmError('credentials', 'no', 401);
    expect((await lab.call('PATCH', '/crm/hubspot', { credentials: { api_key: 'wrong' } })).status).toBe(401);
    expect((await lab.call('GET', '/crm/list')).body.data.integrations[0].credential_last_four).toBe('0815');
    lab.crms.hubspot.invalid = undefined;
    expect((await lab.call('PATCH', '/crm/hubspot', { credentials: { api_key: 'abc' } })).status).toBe(200);
    expect((await lab.call('GET', '/crm/list')).body.data.integrations[0].credential_last_four).toBe('***');
  });

  test('reconnects with credentials only: they are purged on disconnect', async () => {
    await lab.call('POST', '/crm/connect', CONNECT);
    await lab.call('DELETE', '/crm/hubspot/disconnect');
    expect(await lab.rows('SELECT encrypted_credentials, key_id FROM crm.crm_integrations')).toEqual([{ encrypted_credentials: null, key_id: null }]);
    const without = await lab.call('PATCH', '/crm/hubspot', { reconnect: true, credentials: {} });
    expect([without.status, without.body.error_code]).toEqual([400, 'VAL_MISSING_FIELD']);
    const withThem = await lab.call('PATCH', '/crm/hubspot', { reconnect: true, credentials: { api_key: KEY } });
    expect(withThem.body.data.integration).toMatchObject({ is_active: true, sync_status: 'connected' });
  });

  test('proves stored credentials before it reconnects', async () => {
    await lab.call('POST', '/crm/connect', CONNECT);
    lab.crms.hubspot.invalid = new CrmError('credentials', 'no', 401);
    expect((await lab.call('PATCH', '/crm/hubspot', { reconnect: true })).status).toBe(401);
  });

  test('says of credentials that it cannot open whether somebody else can help', async () => {
    await lab.connect(['hubspot']);
    const unknown: KeyRing = { current: keyOf(Buffer.alloc(32, 'u')), previous: [] };
    const sealed = seal({ api_key: KEY }, unknown, { userId: 'user-1', crmType: 'hubspot' });
    const answerTo = async (bytes: Buffer) => {
      await lab.rows('UPDATE crm.crm_integrations SET encrypted_credentials = $1 RETURNING user_id', [bytes]);
      const { status, body } = await lab.call('PATCH', '/crm/hubspot', { reconnect: true });
      return [status, body.error_code, body.message];
    };
    expect(await answerTo(sealed)).toEqual([
      503,
      'CRM_CONNECTION_FAILED',
      `the credentials were encrypted with the key ${unknown.current.id}: set it as CRM_ENCRYPTION_KEY_PREVIOUS; or send the credentials again`,
    ]);
    expect(await answerTo(Buffer.of(0xc3, 0x0d, 0x04))).toEqual([503, 'CRM_CONNECTION_FAILED', expect.stringContaining('npm run migrate')]);
    const changed = Buffer.concat([seal({ api_key: KEY }, lab.deps.keys, { userId: 'user-1', crmType: 'hubspot' }), Buffer.of(0)]);
    expect(await answerTo(changed)).toEqual([401, 'CRM_INVALID_CREDENTIALS', expect.stringMatching(/: send the credentials again$/)]);
  });

  test.each(['external_id_field', 'event_external_id_field'])('proves stored credentials where %s changes, and not where it stays', async (setting) => {
    await lab.call('POST', '/crm/connect', { ...CONNECT, settings: { [setting]: 'Old__c' } });
    lab.crms.hubspot.invalid = new CrmError('refused', `settings.${setting}: there is no such field`, 200);
    expect((await lab.call('PATCH', '/crm/hubspot', { settings: { [setting]: 'Old__c', own: 1 } })).status).toBe(200);
    const changed = await lab.call('PATCH', '/crm/hubspot', { settings: { [setting]: 'New__c' } });
    expect([changed.status, changed.body.message]).toEqual([503, `settings.${setting}: there is no such field`]);
    expect((await lab.call('GET', '/crm/hubspot/status')).body.data.integration.settings).toMatchObject({ [setting]: 'Old__c' });
    // Without credentials there is nothing to prove with: connecting again does.
    await lab.call('DELETE', '/crm/hubspot/disconnect');
    expect((await lab.call('PATCH', '/crm/hubspot', { settings: { [setting]: 'New__c' } })).status).toBe(200);
  });

  test('of what is not connected is 404, as is disconnecting it', async () => {
    for (const [method, path] of [
      ['PATCH', '/crm/hubspot'],
      ['DELETE', '/crm/hubspot/disconnect'],
    ] as const) {
      const reply = await lab.call(method, path, method === 'PATCH' ? {} : undefined);
      expect([reply.status, reply.body.error_code]).toEqual([404, 'CRM_INTEGRATION_NOT_FOUND']);
    }
    expect((await lab.call('GET', '/crm/hubspot/status')).body.data).toEqual({ integration: null });
  });
});

describe('integrations of users', () => {
  test('are apart', async () => {
    await lab.call('POST', '/crm/connect', CONNECT);
    expect((await lab.call('GET', '/crm/list', undefined, { 'x-user-id': 'user-2' })).body.data.total).toBe(0);
    expect((await lab.call('DELETE', '/crm/hubspot/disconnect', undefined, { 'x-user-id': 'user-2' })).status).toBe(404);
  });

  test('do not open with the credentials of another one', async () => {
    await lab.connect(['hubspot'], {}, 'user-1');
    await lab.connect(['hubspot'], {}, 'user-2');
    await lab.rows("UPDATE crm.crm_integrations SET encrypted_credentials = (SELECT encrypted_credentials FROM crm.crm_integrations WHERE user_id = 'user-1')");
    const reply = await lab.call('POST', '/crm/sync/contact', { email: 'a@b.ca' }, { 'x-user-id': 'user-2' });
    expect(reply.body.data.results.hubspot).toMatchObject({ success: false, error_code: 'credentials' });
    expect(lab.crms.hubspot.calls).toEqual([]);
  });

  test('are listed although one cannot be opened', async () => {
    await lab.connect(['hubspot', 'klaviyo']);
    await lab.rows("UPDATE crm.crm_integrations SET encrypted_credentials = 'x' WHERE crm_type = 'hubspot'");
    expect((await lab.call('GET', '/crm/list')).body.data.total).toBe(2);
  });
});

describe('GET /crm/field-mappings', () => {
  test('names the CRMs that can be connected, and the fields of each', async () => {
    const all = await lab.call('GET', '/crm/field-mappings');
    expect(all.body.data).toMatchObject({ supported_crms: ['klaviyo', 'salesforce', 'creatio', 'hubspot'], total_crms: 4 });
    expect(all.body.data.standard_schema_fields).toContain('street_address_2');
    const one = await lab.call('GET', '/crm/field-mappings/KLAVIYO');
    expect(one.body.data).toMatchObject({ crm_type: 'klaviyo', required_fields: ['email'], field_mapping: { email: 'email' } });
    expect((await lab.call('GET', '/crm/field-mappings/zoho')).body).toMatchObject({
      error_code: 'CRM_INVALID_TYPE',
      details: { supported_crms: ['klaviyo', 'salesforce', 'creatio', 'hubspot'] },
    });
  });
});
