import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { API_METHODS, API_SCHEMAS, COMMON_QUERY } from '../../cloud/strict-bigquery-api.ts';

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

const DOCUMENT = join(import.meta.dirname, '../../../../shared/specs/google/bigquery.v2.trimmed.json');
/** A plain clone does not have the document; the table was derived from it. */
const described = existsSync(DOCUMENT) ? describe : describe.skip;

described("the strict BigQuery takes what Google's discovery document has (revision 20260811)", () => {
  test.each(API_METHODS)('$id', async ({ id, method, path, query, body }) => {
    const document = await discovery();
    const found = Object.values(document.resources)
      .flatMap(({ methods }) => Object.values(methods))
      .find((candidate) => candidate.id === id);
    expect(found?.httpMethod).toBe(method);
    expect(found?.path.replaceAll(/\{\+/g, '{')).toBe(path);
    expect(Object.keys(document.parameters)).toEqual(expect.arrayContaining(COMMON_QUERY));
    for (const name of query) expect(found?.parameters?.[name]?.location).toBe('query');
    expect(found?.request?.$ref).toBe(body);
  });

  test.each(Object.entries(API_SCHEMAS))('%s', async (name, members) => {
    const properties = (await discovery()).schemas[name]?.properties ?? {};
    const actual = Object.fromEntries(Object.keys(members).map((member) => [member, typeOf(properties[member])]));
    expect(actual).toEqual(members);
  });
});

async function discovery(): Promise<Discovery> {
  return JSON.parse(await readFile(DOCUMENT, 'utf8'));
}

function typeOf(member: Member | undefined): string | undefined {
  if (member?.type === 'array') return `${typeOf(member.items)}[]`;
  if (member?.additionalProperties !== undefined) return 'texts';
  if (member?.format === 'int64' || member?.format === 'google-uint64' || member?.format === 'uint64') return 'int64';
  return member?.$ref ?? member?.type;
}
