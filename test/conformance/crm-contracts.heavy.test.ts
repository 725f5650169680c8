import { expect } from '@jest/globals';
import { Ajv } from 'ajv';
import type { CrmCall } from '../../infra/local/stand-ins/crm/crm-stand-in.ts';
import { isErrorBody } from '../../shared/crm/creatio/errors.ts';
import { salesforceReading, unknownColumns } from '../../shared/crm/salesforce/errors.ts';
import { SALESFORCE_FIELDS } from '../../shared/crm/salesforce/contact.ts';
import type { CrmType } from '../../shared/crm/provider.ts';
import { contactItem, eventItem, openCrm, WHOLE } from '../contract/crm-lab.ts';
import { conformanceFile, conformanceTest } from '../support/conformance.ts';

interface OpenApi {
  readonly components: object;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>;
}

conformanceTest('what is sent to Klaviyo, and what its stand-in answers, fit the API of 2026-07-15', async () => {
  const calls = await callsOf('klaviyo');
  await expectToFit(calls, 'specs/klaviyo/openapi-2026-07-15.trimmed.json', ['POST /api/profile-import', 'POST /api/events', 'GET /api/profiles']);
});

conformanceTest('what is sent to HubSpot, and what its stand-in answers, fit its models', async () => {
  const calls = await callsOf('hubspot');
  await expectToFit(calls, 'specs/hubspot/contacts.openapi.json', ['POST /crm/v3/objects/contacts/batch/upsert', 'GET /crm/v3/objects/contacts']);
  await expectToFit(calls, 'specs/hubspot/events-send.openapi.json', ['POST /events/v3/send', 'POST /events/v3/send/batch']);
});

conformanceTest('the fields that Salesforce is sent are fields of Contact that can be written', async () => {
  const { objects } = JSON.parse((await conformanceFile('specs/salesforce/describe.json')).toString()) as {
    objects: { Contact: { fields: { name: string; createable: boolean; updateable: boolean }[] } };
  };
  const writable = objects.Contact.fields.filter(({ createable, updateable }) => createable && updateable).map(({ name }) => name);
  expect(writable).toEqual(expect.arrayContaining(Object.values(SALESFORCE_FIELDS).filter((name) => name !== null)));
});

conformanceTest('the recorded errors of Salesforce are read as what they are', async () => {
  const { exchanges } = JSON.parse((await conformanceFile('specs/salesforce/recorded-exchanges.json')).toString()) as {
    exchanges: { response: { body: unknown } }[];
  };
  const rows = exchanges.flatMap(({ response }) => (Array.isArray(response.body) ? response.body : [])) as { success?: boolean; errors?: unknown[] }[];
  const failed = rows.filter(({ success }) => success === false);
  expect(failed.length).toBeGreaterThan(3);
  for (const { errors = [] } of failed) {
    const reading = salesforceReading(errors);
    expect(reading.means).toBeUndefined();
    expect(String(reading.codes?.[0])).toMatch(/^[A-Z_]+$/);
    expect(unknownColumns(errors)).toEqual([]);
  }
});

conformanceTest('the answers of Creatio are told apart from its errors, whatever their status', async () => {
  const { answers } = JSON.parse((await conformanceFile('specs/creatio/odata-answers.json')).toString()) as { answers: { body: Record<string, unknown> }[] };
  const errors = answers.filter(({ body }) => isErrorBody(body));
  const records = answers.filter(({ body }) => !isErrorBody(body));
  expect([errors.length, records.length]).toEqual([12, 12]);
  for (const { body } of records) expect('value' in body || 'Id' in body || 'Name' in body).toBe(true);
});

/** Every kind of call that the provider makes. */
async function callsOf(type: CrmType): Promise<readonly CrmCall[]> {
  const crm = await openCrm(type);
  try {
    await crm.provider.validate(crm.connection, new AbortController().signal);
    await crm.upsert([{ key: 'k', contact: WHOLE, wipe: ['phone'] }, contactItem(1), contactItem(2)]);
    await crm.upsert([{ key: 'k', contact: { email: WHOLE.email }, wipe: ['phone', 'city', 'custom_properties.territory'] }]);
    crm.standIn.refuse('person1@example.com');
    await crm.upsert([contactItem(1), contactItem(2)]);
    await crm.send([eventItem(2)]);
    await crm.send([eventItem(2), eventItem(3, { properties: { list: [1], nested: { a: 1 } } })]);
    return crm.standIn.calls;
  } finally {
    await crm.close();
  }
}

async function expectToFit(calls: readonly CrmCall[], file: string, operations: readonly string[]): Promise<void> {
  const document = JSON.parse((await conformanceFile(file)).toString()) as OpenApi;
  for (const operation of operations) {
    const [method = '', path = ''] = operation.split(' ');
    const made = calls.filter((call) => call.method === method && call.path === path);
    expect([operation, made.length > 0]).toEqual([operation, true]);
    const { requestBody, responses } = operationOf(document, method, path);
    for (const { body, status, answer } of made) {
      if (requestBody !== undefined) expectValid(document, schemaOf(requestBody.content), body, `${operation} request`);
      const response = responses[String(status)] ?? responses[`${String(status)[0]}XX`] ?? responses['default'];
      if (response?.content !== undefined) expectValid(document, schemaOf(response.content), answer, `${operation} ${status}`);
    }
  }
}

function operationOf({ paths }: OpenApi, method: string, path: string): Operation {
  const operation = paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${method} ${path} is not in the contract`);
  return operation;
}

function schemaOf(content: Readonly<Record<string, { readonly schema: object }>>): object {
  return Object.values(content)[0]?.schema ?? {};
}

/** What the contract does not name is wrong in a request: the place of a field is what the replaced service had wrong. */
function expectValid(document: OpenApi, schema: object, value: unknown, what: string): void {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const isClosed = what.endsWith('request');
  const validate = ajv.compile({ ...jsonSchema(schema, isClosed), components: jsonSchema(document.components, isClosed) });
  validate(value);
  expect([what, validate.errors ?? []]).toEqual([what, []]);
}

/** A schema of OpenAPI 3.0 as JSON Schema: there `nullable` stands beside references too. */
function jsonSchema(schema: object, isClosed: boolean): object {
  if (Array.isArray(schema)) return schema.map((part) => (isSchema(part) ? jsonSchema(part, isClosed) : part));
  const { nullable, ...others } = schema as { readonly nullable?: unknown };
  const parts = Object.fromEntries(
    Object.entries(others).map(([name, part]) => [name, isSchema(part) && name !== 'example' ? jsonSchema(part, isClosed) : part]),
  );
  const names = isClosed && parts['type'] === 'object' && 'properties' in parts && !('additionalProperties' in parts) ? { additionalProperties: false } : {};
  return nullable === true ? { anyOf: [{ ...parts, ...names }, { type: 'null' }] } : { ...parts, ...names };
}

function isSchema(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
