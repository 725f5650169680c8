import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OpenApi } from '../../../functions/sync/openapi.ts';
import { CrmError } from '../../../shared/crm/crm-error.ts';
import type { ItemResult } from '../../../shared/crm/provider.ts';
import { CRM_FORMATS } from '../../../shared/crm/formats.ts';
import { openServiceLab, type Reply, type ServiceLab } from '../../support/service-lab.ts';

let lab: ServiceLab;
let document: OpenApi;

beforeAll(async () => {
  lab = await openServiceLab();
  document = JSON.parse((await lab.call('GET', '/openapi.json')).text);
}, 120_000);
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const DOWN: ItemResult = { outcome: 'later', reason: 'http_503', statusCode: 503 };
const NO: ItemResult = { outcome: 'refused', code: 'http_400', message: 'the CRM refused it', statusCode: 400 };
const CONNECT = { crm_type: 'hubspot', credentials: { api_key: 'key-of-an-account' } };
const LEAD = { session_id: 's-1', merchant_id: 'm-1', customer_email: 'ada@example.com', conversation_summary: 'Wants a quote' };
const EVENT = '/crm/sync/event?contact_email=ada@example.com';
const ajv = new Ajv2020({ formats: { ...CRM_FORMATS, email: true }, allowUnionTypes: true, strict: false });

interface Asked {
  readonly operation: { readonly responses: Record<string, { content?: Record<string, { schema?: object }> }>; readonly requestBody?: object };
  readonly reply: Reply;
}

/** What the document says of a request, with the answer. */
async function ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Asked> {
  const [pathname = ''] = path.split('?');
  const template = Object.keys(document.paths)
    .sort((a, b) => a.split('{').length - b.split('{').length)
    .find((known) => new RegExp(`^${known.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname));
  const operation = document.paths[template ?? '']?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`the document has no ${method} ${path}`);
  return { operation: operation as unknown as Asked['operation'], reply: await lab.call(method, path, body, headers) };
}

function schemaErrors(schema: object, value: unknown): unknown {
  const validate = ajv.compile({ ...schema, components: document.components });
  return validate(value) ? undefined : validate.errors;
}

async function refusedBy(type: 'hubspot', failure: ConstructorParameters<typeof CrmError>[0]): Promise<void> {
  lab.crms[type].invalid = new CrmError(failure, 'no');
}

describe('the document says what routes answer', () => {
  const nothing = async () => undefined;
  const connected = () => lab.connect(['hubspot', 'klaviyo'], { own: { more: [1, null] }, enabled_events: ['Ordered'] });
  const answering = (result: ItemResult) => async () => {
    await connected();
    lab.crms.hubspot.answer = () => result;
  };

  test.each<[string, () => Promise<unknown>, Parameters<typeof ask>, number]>([
    ['a service', nothing, ['GET', '/'], 200],
    ['its health', nothing, ['GET', '/health'], 200],
    ['its health by the old name', nothing, ['GET', '/healthz'], 200],
    ['proven credentials', nothing, ['POST', '/crm/validate', CONNECT], 200],
    ['credentials that the CRM refuses', () => refusedBy('hubspot', 'credentials'), ['POST', '/crm/validate', CONNECT], 401],
    ['an address that is none', () => refusedBy('hubspot', 'address'), ['POST', '/crm/validate', CONNECT], 400],
    ['a CRM that is away', () => refusedBy('hubspot', 'unreachable'), ['POST', '/crm/validate', CONNECT], 503],
    ['a CRM that refuses', () => refusedBy('hubspot', 'refused'), ['POST', '/crm/connect', CONNECT], 503],
    [
      'a new connection',
      nothing,
      ['POST', '/crm/connect', { ...CONNECT, settings: { field_mapping: {}, own: 1 }, selected_fields: null, lead_quality: null }],
      200,
    ],
    ['a second connection', connected, ['POST', '/crm/connect', CONNECT], 409],
    ['a change', connected, ['PATCH', '/crm/hubspot', { settings: { own: null }, lead_quality: 'Hot', credentials: { api_key: 'k2' }, reconnect: true }], 200],
    ['no change', connected, ['PATCH', '/crm/hubspot'], 200],
    ['a change of nothing', nothing, ['PATCH', '/crm/hubspot', {}], 404],
    ['a status', connected, ['GET', '/crm/hubspot/status'], 200],
    ['no status', nothing, ['GET', '/crm/hubspot/status'], 200],
    ['a status of no CRM', nothing, ['GET', '/crm/zoho/status'], 400],
    ['an end', connected, ['DELETE', '/crm/hubspot/disconnect'], 200],
    ['an end of nothing', nothing, ['DELETE', '/crm/hubspot/disconnect'], 404],
    ['a list', connected, ['GET', '/crm/list'], 200],
    ['mappings', nothing, ['GET', '/crm/field-mappings'], 200],
    ['a mapping', nothing, ['GET', '/crm/field-mappings/hubspot'], 200],
    ['no mapping', nothing, ['GET', '/crm/field-mappings/zoho'], 400],
    ['a contact', connected, ['POST', '/crm/sync/contact', { email: 'ada@example.com', phone: '1', custom_properties: { a: 1 } }], 200],
    ['a contact that waits', answering(DOWN), ['POST', '/crm/sync/contact', { email: 'ada@example.com' }], 202],
    ['a contact that is refused', answering(NO), ['POST', '/crm/sync/contact', { email: 'ada@example.com' }], 200],
    ['a contact without a CRM', nothing, ['POST', '/crm/sync/contact', { email: 'ada@example.com' }], 404],
    ['a contact for no CRM', connected, ['POST', '/crm/sync/contact?crm_types=zoho', { email: 'ada@example.com' }], 400],
    ['an event', connected, ['POST', EVENT, { event_name: 'Ordered', value: 1 }], 200],
    ['an event that is not enabled', connected, ['POST', EVENT, { event_name: 'Other' }], 200],
    ['an event that waits', answering(DOWN), ['POST', EVENT, { event_name: 'Ordered' }], 202],
    ['an event without a CRM', nothing, ['POST', EVENT, { event_name: 'Ordered' }], 404],
    ['a lead', connected, ['POST', '/crm/sync/lead', LEAD], 200],
    ['a lead that waits', answering(DOWN), ['POST', '/crm/sync/lead', LEAD], 202],
    ['a lead without an email', connected, ['POST', '/crm/sync/lead', { ...LEAD, customer_email: null }], 200],
    ['a lead without a CRM', nothing, ['POST', '/crm/sync/lead', LEAD], 200],
    ['no key of the service', nothing, ['GET', '/crm/list', undefined, { 'x-api-key': 'wrong' }], 401],
    ['no JSON', nothing, ['POST', '/crm/validate', 'a', { 'content-type': 'text/plain' }], 415],
    ['too much', nothing, ['POST', '/crm/sync/contact', { email: 'a@b.ca', city: 'x'.repeat(1_100_000) }], 413],
  ])('%s', async (_, before, request, status) => {
    await before();
    const { operation, reply } = await ask(...request);
    expect([reply.status, reply.text.slice(0, 500)]).toEqual([status, expect.anything()]);
    const content = operation.responses[String(reply.status)]?.content;
    const [type = ''] = (reply.headers.get('content-type') ?? '').split(';');
    expect(Object.keys(content ?? {})).toContain(type);
    const schema = content?.[type]?.schema;
    if (schema !== undefined) expect([schemaErrors(schema, reply.body), reply.body]).toEqual([undefined, reply.body]);
  });

  test.each(['/crm/connect', '/crm/sync/contact', EVENT, '/crm/sync/lead'])('of a key that came with another request: %s', async (path) => {
    const body = { '/crm/connect': CONNECT, '/crm/sync/contact': { email: 'a@b.ca' }, [EVENT]: { event_name: 'Ordered' }, '/crm/sync/lead': LEAD }[path];
    await lab.connect(['klaviyo']);
    const key = { 'idempotency-key': 'k' };
    await lab.call('POST', path, body, key);
    const { operation, reply } = await ask('POST', path, { ...body, settings: {}, company: 'B', value: 2, source: 'b' }, key);
    expect([reply.status, Object.keys(operation.responses)]).toEqual([422, expect.arrayContaining(['422', '409'])]);
  });
});
