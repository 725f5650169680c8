import { describe, expect, test } from '@jest/globals';
import { API_METHODS, API_SCHEMAS, COMMON_QUERY, readCall } from '../../cloud/strict-bigquery-api.ts';
import { conformanceFile, conformanceTest } from '../../support/conformance.ts';

interface Member {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly items?: Member;
  readonly additionalProperties?: Member;
}

interface Method {
  readonly id: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly parameters?: Readonly<Record<string, { readonly location: string }>>;
  readonly request?: { readonly $ref: string };
}

interface Discovery {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly resources: Readonly<Record<string, { readonly methods: Readonly<Record<string, Method>> }>>;
  readonly schemas: Readonly<Record<string, { readonly properties: Readonly<Record<string, Member>> }>>;
}

describe('the methods and schemas that the strict BigQuery knows', () => {
  conformanceTest("are those of Google's discovery document", async () => {
    const document = await discovery();
    const methods = Object.values(document.resources).flatMap((resource) => Object.values(resource.methods));
    expect(Object.keys(document.parameters)).toEqual(expect.arrayContaining(COMMON_QUERY));
    for (const { id, method, path, query, body } of API_METHODS) {
      const found = methods.find((candidate) => candidate.id === id);
      expect([id, found?.httpMethod, found?.path.replaceAll(/\{\+/g, '{'), found?.request?.$ref]).toEqual([id, method, path, body]);
      for (const name of query) expect([id, name, found?.parameters?.[name]?.location]).toEqual([id, name, 'query']);
    }
    for (const [name, members] of Object.entries(API_SCHEMAS)) {
      const properties = document.schemas[name]?.properties ?? {};
      expect([name, Object.fromEntries(Object.keys(members).map((member) => [member, typeOf(properties[member])]))]).toEqual([name, members]);
    }
  });

  const insert = (configuration: object) => JSON.stringify({ configuration });
  test.each([
    ['another path', 'GET', 'projects/p/models', ''],
    ['another method', 'PUT', 'projects/p/datasets/d', ''],
    ['another parameter', 'GET', 'projects/p/jobs/j?maxResults=1', ''],
    ['a body where none is read', 'GET', 'projects/p/jobs/j', '{}'],
    ['another member of the body', 'POST', 'projects/p/jobs', insert({ copy: {} })],
    ['a member of another type', 'POST', 'projects/p/jobs', insert({ dryRun: 'yes' })],
    ['an int64 that is no text', 'POST', 'projects/p/jobs', insert({ query: { maximumBytesBilled: 1 } })],
    ['one thing where the API reads a list', 'POST', 'projects/p/jobs', insert({ load: { sourceUris: 'gs://a/b' } })],
  ])('refuse %s', (_, method, path, body) => {
    expect(() => readCall(method, new URL(`/bigquery/v2/${path}`, 'http://127.0.0.1'), body)).toThrow();
  });
});

async function discovery(): Promise<Discovery> {
  return JSON.parse((await conformanceFile('specs/google/bigquery.v2.trimmed.json')).toString());
}

function typeOf(member: Member | undefined): string | undefined {
  if (member?.type === 'array') return `${typeOf(member.items)}[]`;
  if (member?.additionalProperties !== undefined) return 'texts';
  if (member?.format === 'int64' || member?.format === 'google-uint64' || member?.format === 'uint64') return 'int64';
  return member?.$ref ?? member?.type;
}
