import { describe, expect, test } from '@jest/globals';
import type { CrmAnswer, CrmRequest } from '../../../shared/crm/http.ts';
import type { Connection, ContactItem, CrmType, EventItem, ItemResult } from '../../../shared/crm/provider.ts';
import { providerNamed, providerOf } from '../../../shared/crm/providers.ts';
import type { IntegrationSettings } from '../../../shared/crm/settings.ts';
import { createTokenCache } from '../../../shared/crm/token-cache.ts';
import { openCrm, contactItem, eventItem } from '../../contract/crm-lab.ts';

type Said = Partial<CrmAnswer> | undefined;

/** A CRM that says what the script has for a request, and keeps what it was sent. */
function scripted(
  type: CrmType,
  script: (request: CrmRequest) => Said,
  { settings = {}, credentials = {} }: { settings?: IntegrationSettings; credentials?: Record<string, string> } = {},
) {
  const requests: CrmRequest[] = [];
  const connection: Connection = {
    userId: 'u',
    integrationId: 'i',
    credentials: { ...CREDENTIALS[type], ...credentials },
    settings,
    tokens: createTokenCache({ now: () => 0 }),
    lock: (_name, _signal, work) => work(),
    http: {
      async send(request) {
        requests.push(request);
        return { status: 200, headers: {}, cookies: [], body: undefined, ...(script(request) ?? opening(request)) };
      },
    },
  };
  const { signal } = new AbortController();
  const provider = providerOf(type);
  return {
    requests,
    upsert: (items: readonly ContactItem[]): Promise<readonly ItemResult[]> => provider.upsertContacts(connection, items, signal),
    send: (items: readonly EventItem[]): Promise<readonly ItemResult[]> => provider.sendEvents(connection, items, signal),
    validate: () => provider.validate(connection, signal),
  };
}

const CREDENTIALS: Readonly<Record<CrmType, Record<string, string>>> = {
  klaviyo: { api_key: 'k' },
  hubspot: { api_key: 'k' },
  salesforce: { client_id: 'c', client_secret: 's', username: 'u', password: 'p' },
  creatio: { instance_url: 'https://acme.creatio.com', username: 'u', password: 'p' },
};

/** What comes before the first write. */
function opening({ url }: CrmRequest): Said {
  if (url.includes('/oauth2/token')) return { body: { access_token: 't', instance_url: 'https://acme.my.salesforce.com' } };
  if (url.includes('AuthService')) return { body: { Code: 0 }, cookies: ['BPMCSRF=abc; path=/'] };
  if (url.includes('account-info')) return { body: { portalId: 77 } };
  if (url.includes('/query/')) return { body: { records: [{ Id: '003A' }] } };
  if (url.includes('$filter')) return { body: { value: [] } };
  return { status: 204 };
}

const row = (email: string, id: string) => ({ id, new: true, properties: { email }, createdAt: '', updatedAt: '' });

describe('HubSpot', () => {
  test('gives each item the row of its email, whatever the order', async () => {
    const hubspot = scripted('hubspot', ({ url }) =>
      url.includes('upsert') ? { body: { status: 'COMPLETE', results: [row('PERSON2@example.com', '2'), row('person1@example.com', '1')] } } : undefined,
    );
    expect(await hubspot.upsert([contactItem(1), contactItem(2)])).toMatchObject([{ crmId: '1' }, { crmId: '2' }]);
  });

  test('counts an item without a row as not done, also where the answer is 200', async () => {
    const hubspot = scripted('hubspot', () => ({ body: { status: 'COMPLETE', results: [row('person1@example.com', '1')] } }));
    expect(await hubspot.upsert([contactItem(1), contactItem(2)])).toMatchObject([{ outcome: 'delivered' }, { outcome: 'later', reason: 'unconfirmed' }]);
  });

  test('takes a row under the first email of a contact for the item that is left over', async () => {
    const hubspot = scripted('hubspot', () => ({ body: { status: 'COMPLETE', results: [row('first@example.com', '9'), row('person1@example.com', '1')] } }));
    expect(await hubspot.upsert([contactItem(1), contactItem(2)])).toMatchObject([{ crmId: '1' }, { outcome: 'delivered', crmId: '9' }]);
  });

  test('refuses the rows that 207 names, and leaves those for later that a limit stopped', async () => {
    const errors = [
      { status: 'error', category: 'VALIDATION_ERROR', message: 'person1@example.com', context: { ids: ['person1@example.com'] } },
      { status: 'error', category: 'RATE_LIMITS', message: '', context: { ids: ['person2@example.com'] } },
    ];
    const hubspot = scripted('hubspot', () => ({
      status: 207,
      body: { status: 'COMPLETE', results: [row('person3@example.com', '3')], numErrors: 2, errors },
    }));
    expect(await hubspot.upsert([1, 2, 3].map((number) => contactItem(number)))).toMatchObject([
      { outcome: 'refused', code: 'VALIDATION_ERROR' },
      { outcome: 'later', reason: 'RATE_LIMITS' },
      { outcome: 'delivered' },
    ]);
  });

  test.each([
    ['TEN_SECONDLY_ROLLING', 10_000],
    ['SECONDLY', 1_000],
    ['DAILY', 3_600_000],
    [undefined, 1_000],
  ])('waits out its limit without a Retry-After: %s', async (policyName, retryAfterMs) => {
    const hubspot = scripted('hubspot', () => ({ status: 429, body: { status: 'error', category: 'RATE_LIMITS', policyName } }));
    expect(await hubspot.upsert([contactItem(1)])).toEqual([{ outcome: 'later', reason: 'RATE_LIMITS', statusCode: 429, retryAfterMs }]);
  });

  test('waits while the account moves to another data centre', async () => {
    const hubspot = scripted('hubspot', () => ({
      status: 477,
      headers: { 'retry-after': '3600' },
      body: { status: 'error', message: 'Migration in progress' },
    }));
    expect(await hubspot.upsert([contactItem(1)])).toEqual([{ outcome: 'later', reason: 'http_477', statusCode: 477, retryAfterMs: 3_600_000 }]);
  });

  test('takes a conflict of two writers as passing', async () => {
    const hubspot = scripted('hubspot', () => ({ status: 409, body: { category: 'CONFLICT', message: 'Contact already exists' } }));
    expect(await hubspot.upsert([contactItem(1)])).toMatchObject([{ outcome: 'later', reason: 'CONFLICT' }]);
  });

  test('names an event as the settings say, and refuses alone the one that has no name there', async () => {
    const hubspot = scripted('hubspot', () => undefined, { settings: { event_names: { 注文: 'pe77_order' } } });
    const results = await hubspot.send([eventItem(1, { name: '注文' }), eventItem(2, { name: '支払' }), eventItem(3, { name: 'Paid: in full!' })]);
    expect(results).toMatchObject([{ outcome: 'delivered' }, { outcome: 'refused', code: 'event_name' }, { outcome: 'delivered' }]);
    expect(hubspot.requests.at(-1)?.json).toMatchObject({ inputs: [{ eventName: 'pe77_order' }, { eventName: 'pe77_paid_in_full' }] });
  });

  test('keeps both of two properties that get one name, and the value beside them', async () => {
    const hubspot = scripted('hubspot', () => undefined);
    await hubspot.send([eventItem(1, { value: 3, properties: { Value: 'x', 'Or der': 1, or_der: true } })]);
    expect(hubspot.requests.at(-1)?.json).toMatchObject({ properties: { value: '3', value_2: 'x', or_der: '1', or_der_2: 'true' } });
  });
});

describe('Salesforce', () => {
  const byKey = { settings: { external_id_field: 'Key__c', event_external_id_field: 'Key__c' } };
  const rows =
    (...body: unknown[]) =>
    ({ url }: CrmRequest): Said =>
      url.includes('/composite/') ? { body } : undefined;

  test('reads 200 row by row', async () => {
    const salesforce = scripted(
      'salesforce',
      rows(
        { id: '003', success: true, created: true, errors: [] },
        { success: false, errors: [{ statusCode: 'INVALID_EMAIL_ADDRESS', message: 'person2@example.com', fields: ['Email'] }] },
        { success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW', message: '' }] },
        { success: true, errors: [] },
      ),
      byKey,
    );
    expect(await salesforce.upsert([1, 2, 3, 4].map((number) => contactItem(number)))).toEqual([
      { outcome: 'delivered', statusCode: 200, crmId: '003', created: true },
      { outcome: 'refused', code: 'INVALID_EMAIL_ADDRESS', statusCode: 400, message: expect.stringContaining('(Email)') },
      { outcome: 'later', reason: 'UNABLE_TO_LOCK_ROW', statusCode: 400 },
      { outcome: 'later', reason: 'unconfirmed', statusCode: 200 },
    ]);
  });

  test('takes nothing as done where rows are missing', async () => {
    const salesforce = scripted('salesforce', rows({ id: '003', success: true, errors: [] }), byKey);
    expect(await salesforce.upsert([contactItem(1), contactItem(2)])).toMatchObject([{ outcome: 'later' }, { outcome: 'later' }]);
  });

  test('waits where the limit of the day comes as 403', async () => {
    const salesforce = scripted('salesforce', ({ url }) =>
      url.includes('/services/data/') ? { status: 403, body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: '' }] } : undefined,
    );
    expect(await salesforce.upsert([contactItem(1)])).toMatchObject([{ outcome: 'later', reason: 'REQUEST_LIMIT_EXCEEDED', retryAfterMs: 900_000 }]);
  });

  test('refuses an event whose external id several tasks have', async () => {
    const salesforce = scripted('salesforce', ({ method }) => (method === 'PATCH' ? { status: 300, body: ['/a', '/b'] } : undefined), byKey);
    expect(await salesforce.send([eventItem(1)])).toMatchObject([{ outcome: 'refused', statusCode: 300, message: expect.stringContaining('unique') }]);
  });

  test('refuses an event that does not fit into a task, instead of cutting it', async () => {
    const salesforce = scripted('salesforce', () => undefined);
    expect(await salesforce.send([eventItem(1, { properties: { text: 'x'.repeat(32_000) } })])).toMatchObject([{ outcome: 'refused', code: 'too_large' }]);
    expect(salesforce.requests).toEqual([]);
  });

  test('records an event as a completed task of its day', async () => {
    const salesforce = scripted('salesforce', ({ method, url }) =>
      method === 'POST' && url.endsWith('/Task')
        ? { status: 201, body: { id: '00T', success: true, errors: [] } }
        : url.includes('Task')
          ? { body: { records: [] } }
          : undefined,
    );
    expect(await salesforce.send([eventItem(1)])).toMatchObject([{ outcome: 'delivered', crmId: '00T', created: true }]);
    expect(salesforce.requests.at(-1)?.json).toMatchObject({
      WhoId: '003A',
      Subject: 'Placed Order',
      Status: 'Completed',
      Priority: 'Normal',
      ActivityDate: '2026-03-04',
    });
  });

  test.each([
    [{}, 'https://login.salesforce.com/services/oauth2/token'],
    [{ domain: 'test' }, 'https://test.salesforce.com/services/oauth2/token'],
    [{ domain: 'acme.my' }, 'https://acme.my.salesforce.com/services/oauth2/token'],
  ])('opens its session at the domain: %j', async (credentials, url) => {
    const salesforce = scripted('salesforce', () => undefined, { credentials: { ...credentials, security_token: 'tok' } });
    await salesforce.upsert([contactItem(1)]);
    expect(salesforce.requests[0]).toMatchObject({ url, form: { grant_type: 'password', password: 'ptok' } });
  });

  test('uses a given token as it is, and does not log in when it ends', async () => {
    const salesforce = scripted('salesforce', () => ({ status: 401, body: [{ errorCode: 'INVALID_SESSION_ID' }] }), {
      credentials: { access_token: 'a', instance_url: 'https://acme.my.salesforce.com' },
    });
    expect(await salesforce.upsert([contactItem(1)])).toMatchObject([{ outcome: 'refused', code: 'credentials' }]);
    expect(salesforce.requests.map(({ url }) => new URL(url).hostname)).toEqual(['acme.my.salesforce.com']);
  });

  test('does not follow an instance that is not its own, whoever names it', async () => {
    const salesforce = scripted('salesforce', ({ url }) =>
      url.includes('oauth2') ? { body: { access_token: 't', instance_url: 'https://evil.example.com' } } : undefined,
    );
    expect(await salesforce.upsert([contactItem(1)])).toMatchObject([{ outcome: 'refused', code: 'address' }]);
    expect(salesforce.requests).toHaveLength(1);
  });

  test('tries a session again after one refusal only', async () => {
    const salesforce = scripted('salesforce', ({ url }) => (url.includes('/services/data/') ? { status: 401 } : undefined));
    expect(await salesforce.upsert([contactItem(1)])).toMatchObject([{ outcome: 'refused', code: 'credentials' }]);
    expect(salesforce.requests).toHaveLength(4);
  });

  test.each([
    ['no such field', { external_id_field: 'Nothing__c' }, /^settings\.external_id_field: Contact/],
    ['a field that is no external id', { external_id_field: 'lead_score__c' }, /^settings\.external_id_field: Contact/],
    ['no such field of a task', { external_id_field: 'Sync_Key__c', event_external_id_field: 'lead_score__c' }, /^settings\.event_external_id_field: Task/],
  ])('says at connect that the settings name %s', async (_, settings, message) => {
    const crm = await openCrm('salesforce', { settings });
    try {
      await expect(crm.provider.validate(crm.connection, new AbortController().signal)).rejects.toMatchObject({
        failure: 'refused',
        message: expect.stringMatching(message),
      });
    } finally {
      await crm.close();
    }
  });

  const NAMELESS = { key: 'k', contact: { email: 'a@example.com' } };
  const NEEDS_NAME = { outcome: 'refused', code: 'required_fields_missing', message: expect.stringContaining('last_name') };

  test('needs a last name of a contact that its email does not find', async () => {
    const salesforce = scripted('salesforce', ({ url }) => (url.includes('/query/') ? { body: { records: [] } } : undefined));
    expect(await salesforce.upsert([NAMELESS])).toMatchObject([NEEDS_NAME]);
    expect(salesforce.requests.filter(({ method, url }) => method !== 'GET' && !url.includes('oauth2'))).toEqual([]);
  });

  test('needs a last name of a contact that its external id does not find; what else an org requires is told by its own code', async () => {
    const missing = { success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', message: '', fields: ['LastName'] }] };
    const salesforce = scripted('salesforce', rows(missing, missing), byKey);
    expect(await salesforce.upsert([NAMELESS, contactItem(1)])).toMatchObject([NEEDS_NAME, { outcome: 'refused', code: 'REQUIRED_FIELD_MISSING' }]);
  });

  const unlinked = (number: number): ContactItem => ({ ...contactItem(number), unlinked: { crmId: null } });
  /** What is found before an upsert by an external id, and what the writing of the external ids answers. */
  const linking =
    (records: readonly unknown[], written: Said) =>
    ({ method, url }: CrmRequest): Said => {
      if (url.includes('/query/')) return { body: { records } };
      if (method === 'GET' && url.includes('/sobjects/Contact/')) return { status: 404 };
      if (url.endsWith('/composite/sobjects')) return written;
      return url.includes('/composite/') ? { body: [{ id: '003', success: true, created: false, errors: [] }] } : undefined;
    };
  const FOUND = [
    { Id: '003A', Email: 'Person1@example.com', Key__c: null },
    { Id: '003B', Email: 'person1@example.com', Key__c: null },
    { Id: '003C', Email: 'person2@example.com', KEY__C: 'theirs' },
  ];

  test('gives the oldest record of an email the external id before it is upserted, and none to a record that has one', async () => {
    const salesforce = scripted('salesforce', linking(FOUND, { body: [{ id: '003A', success: true, errors: [] }] }), byKey);
    expect(await salesforce.upsert([unlinked(1)])).toMatchObject([{ outcome: 'delivered' }]);
    expect(await salesforce.upsert([unlinked(2)])).toMatchObject([{ outcome: 'delivered' }]);
    const [first, ...others] = salesforce.requests.filter(({ url }) => url.endsWith('/composite/sobjects'));
    expect(first?.json).toEqual({ allOrNone: false, records: [{ attributes: { type: 'Contact' }, id: '003A', Key__c: 'person1@example.com' }] });
    expect(others).toEqual([]);
  });

  test('gives a record no external id that another one has', async () => {
    const script = linking(FOUND, { body: [{ id: '003A', success: true, errors: [] }] });
    const salesforce = scripted(
      'salesforce',
      (request) => (request.url.includes('/sobjects/Contact/Key__c/') ? { body: { Id: '003Z' } } : script(request)),
      byKey,
    );
    expect(await salesforce.upsert([unlinked(1)])).toMatchObject([{ outcome: 'delivered', crmId: '003' }]);
    expect(salesforce.requests.filter(({ url }) => url.endsWith('/composite/sobjects'))).toEqual([]);
  });

  test('asks for many records in addresses that are no longer than a server takes', async () => {
    const salesforce = scripted('salesforce', linking([], undefined), byKey);
    await salesforce.upsert(Array.from({ length: 300 }, (_, number) => unlinked(number)));
    const asked = salesforce.requests.filter(({ url }) => url.includes('/query/'));
    expect(asked.length).toBeGreaterThan(1);
    expect(Math.max(...asked.map(({ url }) => url.length))).toBeLessThan(10_000);
  });

  test.each<readonly [string, ReturnType<typeof linking>, Partial<ItemResult>]>([
    ['the look-up', ({ url }) => (url.includes('/query/') ? { status: 503 } : undefined), { outcome: 'later', statusCode: 503 }],
    ['the writing of the id', linking(FOUND, { status: 500 }), { outcome: 'later', statusCode: 500 }],
    ['a row of it', linking(FOUND, { body: [{ success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] }] }), { reason: 'UNABLE_TO_LOCK_ROW' }],
    ['a row that is missing', linking(FOUND, { body: [] }), { outcome: 'later', reason: 'unconfirmed' }],
  ])('upserts nothing by an external id that %s has not brought to its record', async (_, script, result) => {
    const salesforce = scripted('salesforce', script, byKey);
    expect(await salesforce.upsert([unlinked(1)])).toMatchObject([result]);
    expect(salesforce.requests.filter(({ url }) => url.includes('/composite/sobjects/Contact'))).toEqual([]);
  });
});

describe('Creatio', () => {
  test('writes the ids of entries that its lookups have, and asks for each once', async () => {
    const crm = await openCrm('creatio', { creatio: { entries: { City: ['Ottawa'], Country: ['Canada'], Account: ["O'Brien & Co"] } } });
    try {
      const where = { city: 'Ottawa', country: 'CA', company: "O'Brien & Co", state: 'Ontario' };
      const [first] = await crm.upsert([contactItem(1, where)]);
      expect(first).toMatchObject({ outcome: 'delivered', warnings: [expect.stringMatching(/^state: .* Region/)], leftOut: ['state'] });
      const before = crm.standIn.calls.length;
      await crm.upsert([contactItem(2, where)]);
      expect(crm.standIn.calls.length - before).toBe(2);
      const [one, two] = crm.standIn.contacts().map(({ fields }) => [fields['CityId'], fields['CountryId'], fields['AccountId'], fields['RegionId']]);
      expect(one).toEqual([expect.any(String), expect.any(String), expect.any(String), undefined]);
      expect(two).toEqual(one);
    } finally {
      await crm.close();
    }
  });

  test('names a new contact by what there is, and never renames one by a part', async () => {
    const crm = await openCrm('creatio');
    try {
      await crm.upsert([
        { key: 'a', contact: { email: 'a@example.com' } },
        { key: 'b', contact: { email: 'b@example.com', first_name: 'Bo' } },
        contactItem(1),
      ]);
      await crm.upsert([{ key: 'c', contact: { email: 'person1@example.com', first_name: 'New' } }]);
      expect(
        crm.standIn
          .contacts()
          .map(({ fields }) => fields['Name'])
          .sort(),
      ).toEqual(['Bo', 'First1 Last1', 'a@example.com']);
    } finally {
      await crm.close();
    }
  });

  test.each([
    ['an error under 200', { status: 200, body: { error: { code: '', message: 'bad row' } } }, 'later'],
    ['a message under 200', { status: 200, body: { Message: '', MessageDetail: '' } }, 'later'],
    [
      'a model that is being rebuilt',
      { status: 404, body: { Message: '', MessageDetail: "No type was found that matches the controller named 'Contact'." } },
      'later',
    ],
    ['an error that is final', { status: 400, body: { Message: 'The request is invalid.', ModelState: {} } }, 'refused'],
    ['a page', { status: 200, body: undefined }, 'later'],
  ])('does not take for done: %s', async (_, answer, outcome) => {
    const creatio = scripted('creatio', ({ method, url }) =>
      method === 'POST' && url.endsWith('/Contact') ? answer : url.includes('Contact(') ? { status: 404 } : undefined,
    );
    expect(await creatio.upsert([contactItem(1)])).toMatchObject([{ outcome }]);
  });

  test('repeats the cookies of the log-in, and the one against forgery as a header', async () => {
    const cookies = ['.ASPXAUTH=A1; expires=Fri, 31-Dec-2027 23:59:59 GMT; path=/', 'BPMCSRF=a/b+c==; path=/', 'UserName=; path=/'];
    const creatio = scripted('creatio', ({ url }) => (url.includes('AuthService') ? { body: { Code: 0 }, cookies } : undefined));
    await creatio.upsert([contactItem(1)]);
    expect(creatio.requests.at(-1)?.headers).toMatchObject({ cookie: '.ASPXAUTH=A1; BPMCSRF=a/b+c==', bpmcsrf: 'a/b+c==' });
    expect(creatio.requests[0]?.url).toBe('https://acme.creatio.com/ServiceModel/AuthService.svc/Login');
  });

  test('is asked again where its service is, when the probe failed', async () => {
    const crm = await openCrm('creatio', { creatio: { service: '/odata' } });
    try {
      crm.standIn.fail({ kind: 'status', status: 503 }, { path: /SysSettings/, times: 1 });
      expect(await crm.upsert([contactItem(1)])).toMatchObject([{ outcome: 'later', reason: 'unreachable' }]);
      expect(await crm.upsert([contactItem(1)])).toMatchObject([{ outcome: 'delivered' }]);
    } finally {
      await crm.close();
    }
  });

  test('is taken for no Creatio where it answers the log-in with a page', async () => {
    const creatio = scripted('creatio', ({ url }) => (url.includes('AuthService') ? { body: undefined } : undefined));
    await expect(creatio.validate()).rejects.toMatchObject({ failure: 'unreachable' });
  });
});

describe('Klaviyo', () => {
  test.each(['pk_0123456789abcdef', 'person1@example.com', 'SECRET-KEY', 'aSecret', 'x y', `${'A'.repeat(40)}`, 7])(
    'is not quoted where it says %j for a code',
    async (code) => {
      const klaviyo = scripted('klaviyo', () => ({ status: 400, body: { errors: [{ code, source: { pointer: `/data/attributes/${code}` } }] } }));
      expect(await klaviyo.upsert([contactItem(1)])).toEqual([
        { outcome: 'refused', code: 'http_400', statusCode: 400, message: 'the CRM refused it with 400: change the record and send it again' },
      ]);
    },
  );

  test('gets the items of one contact one after the other, those of others beside them', async () => {
    const items = [1, 2, 3].map((number) => ({ key: `k${number}`, contact: { ...contactItem(1).contact, first_name: `Name${number}` } }));
    let open = 0;
    let most = 0;
    const slow = async (): Promise<CrmAnswer> => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return { status: 200, headers: {}, cookies: [], body: { data: { id: '01' } } };
    };
    const write = async (all: readonly ContactItem[]): Promise<number> => {
      most = 0;
      await providerOf('klaviyo').upsertContacts(
        {
          userId: 'u',
          integrationId: 'i',
          credentials: {},
          settings: {},
          tokens: createTokenCache({ now: () => 0 }),
          lock: (_name, _signal, work) => work(),
          http: { send: slow },
        },
        all,
        new AbortController().signal,
      );
      return most;
    };
    expect([await write(items), await write([contactItem(1), contactItem(2), contactItem(3)])]).toEqual([1, 3]);
  });

  test('does not send names that are its own', async () => {
    const klaviyo = scripted('klaviyo', () => ({ status: 201, body: { data: { id: '01' } } }));
    const [result] = await klaviyo.upsert([contactItem(1, { custom_properties: { $consent: ['sms'], tier: 'gold' } })]);
    expect(result).toMatchObject({ outcome: 'delivered', warnings: [expect.stringContaining('$consent')] });
    expect(klaviyo.requests[0]?.json).toMatchObject({ data: { attributes: { properties: { tier: 'gold' } } } });
  });

  test('says which attribute it refused', async () => {
    const errors = [{ code: 'invalid', detail: '+1 is no phone', source: { pointer: '/data/attributes/phone_number' } }];
    const klaviyo = scripted('klaviyo', () => ({ status: 400, body: { errors } }));
    expect(await klaviyo.upsert([contactItem(1)])).toMatchObject([{ outcome: 'refused', code: 'invalid', message: expect.stringContaining('(phone_number)') }]);
  });

  test.each([
    ['Sun, 01 Nov 2026 10:00:30 GMT', 30_000],
    ['2', 2_000],
    ['0.5', 500],
    ['soon', undefined],
  ])('waits as its Retry-After says: %s', async (header, retryAfterMs) => {
    const klaviyo = scripted('klaviyo', () => ({ status: 429, headers: { date: 'Sun, 01 Nov 2026 10:00:00 GMT', 'retry-after': header } }));
    expect((await klaviyo.upsert([contactItem(1)]))[0]).toEqual({
      outcome: 'later',
      reason: 'http_429',
      statusCode: 429,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  });
});

test('a CRM is known by its name in any case, and by no other', () => {
  expect([providerNamed('HubSpot')?.type, providerNamed('mailchimp'), providerNamed('constructor')]).toEqual(['hubspot', undefined, undefined]);
});
