import { expect } from '@jest/globals';
import { Ajv } from 'ajv';
import { startGa4 } from '../../infra/local/stand-ins/ga4.ts';
import { campaigns } from '../../shared/streams/meta_ads/campaigns.ts';
import { insights } from '../../shared/streams/meta_ads/insights.ts';
import { transactions } from '../../shared/streams/ga4/transactions.ts';
import { conformanceFile, conformanceTest } from '../support/conformance.ts';

type Schema = Readonly<Record<string, unknown>>;

const window = { from: '2026-11-01', to: '2026-11-08' };

async function json<T>(path: string): Promise<T> {
  return JSON.parse((await conformanceFile(path)).toString('utf8')) as T;
}

conformanceTest('requests and answers of GA4 are as the discovery document has them', async () => {
  const { schemas } = await json<{ schemas: Readonly<Record<string, Schema>> }>('specs/google/analyticsdata.v1beta.trimmed.json');
  const ajv = new Ajv({ strict: false });
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(asJsonSchema(schema) as Schema, name);
  const check = (name: string, value: unknown) => {
    const validate = ajv.getSchema(name);
    validate?.(value);
    expect([name, validate === undefined, validate?.errors ?? []]).toEqual([name, false, []]);
  };
  const api = await startGa4();
  try {
    const settings = { baseUrl: api.baseUrl, property: api.property, credentials: api.credentials };
    const request = transactions.request?.({ settings, window });
    check('RunReportRequest', { ...request?.json, offset: 0, limit: 25_000 });
    const { access_token: token } = (await (
      await fetch(`${api.baseUrl}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token' }) })
    ).json()) as {
      access_token: string;
    };
    for (const tokens of [0, 40_000]) {
      api.setTokensLeft(tokens);
      api.setMetadata({ subjectToThresholding: true, dataLossFromOtherRow: true, samplingMetadatas: [{ samplesReadCount: '1', samplingSpaceSize: '2' }] });
      const answer = await fetch(`${api.baseUrl}${request?.path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(request?.json),
      });
      expect(answer.status).toBe(200);
      check('RunReportResponse', await answer.json());
    }
  } finally {
    await api.stop();
  }
});

conformanceTest('the fields that Meta is asked for are in its specification', async () => {
  const settings = { baseUrl: '', account: '1', token: '' };
  const fieldsOf = async (file: string) => new Set((await json<{ fields: readonly { name: string }[] }>(`specs/meta/${file}`)).fields.map(({ name }) => name));
  const asked = (query: Readonly<Record<string, string>> | undefined) => (query?.['fields'] ?? '').split(',');
  const known = { insights: await fieldsOf('AdsInsights.json'), campaigns: await fieldsOf('Campaign.json'), report: await fieldsOf('AdReportRun.json') };
  expect(asked(insights.request?.({ settings, window }).query).filter((name) => !known.insights.has(name))).toEqual([]);
  expect(asked(campaigns.request?.({ settings, window }).query).filter((name) => !known.campaigns.has(name))).toEqual([]);
  expect(asked(insights.report?.poll({ settings, window, report: '1' }).query).filter((name) => !known.report.has(name))).toEqual([]);
});

/** A schema of a discovery document as JSON schema: nothing but what is named, references by name, 64 bits as a number or a text (proto3's JSON). */
function asJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asJsonSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { type, format, properties, items, $ref, enum: values } = schema as Schema;
  if ($ref !== undefined) return { $ref };
  if (format === 'int64') return { type: ['integer', 'string'], pattern: '^-?[0-9]+$' };
  if (properties === undefined)
    return {
      ...(type === undefined || type === 'any' ? {} : { type }),
      ...(items === undefined ? {} : { items: asJsonSchema(items) }),
      ...(values === undefined ? {} : { enum: values }),
    };
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(properties as Schema).map(([name, one]) => [name, asJsonSchema(one)])),
  };
}
