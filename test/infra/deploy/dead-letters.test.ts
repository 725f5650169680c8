import { afterEach, expect, test } from '@jest/globals';
import { setDeadLetters } from '../../../infra/deploy/dead-letters.ts';
import { googleApi } from '../../../infra/deploy/google-api.ts';
import { refusal, type StrictApi, startStrictApi, TOKEN } from './strict-google.ts';

const TRIGGERS = '/v1/projects/my-project/locations/my-region1/triggers';
let google: StrictApi;
const policies = new Map<string, unknown>();

afterEach(async () => {
  policies.clear();
  await google.close();
});

function trigger(name: string, destination: unknown): unknown {
  return { name: `${TRIGGERS}/${name}-1`, destination, transport: { pubsub: { subscription: `projects/my-project/subscriptions/eventarc-${name}` } } };
}

/** Eventarc in pages of one, and a Pub/Sub that may forget. */
async function start(triggers: readonly unknown[], forgets = false): Promise<void> {
  google = await startStrictApi({
    triggers: {
      method: 'GET',
      path: new RegExp(`^${TRIGGERS}$`),
      query: ['pageToken', 'pageSize'],
      answer: ({ query }) => {
        const at = Number(query['pageToken'] ?? 0);
        return { json: { triggers: triggers.slice(at, at + 1), ...(at + 1 < triggers.length ? { nextPageToken: String(at + 1) } : {}) } };
      },
    },
    patch: {
      method: 'PATCH',
      path: /^\/v1\/(projects\/my-project\/subscriptions\/[\w-]+)$/,
      body: ['subscription', 'updateMask'],
      required: ['subscription', 'updateMask'],
      answer: ({ names: [name = ''], body }) => {
        if (body['updateMask'] !== 'deadLetterPolicy') return refusal(400, 'INVALID_ARGUMENT', 'every other setting would be emptied');
        if (!forgets) policies.set(name, (body['subscription'] as Record<string, unknown>)['deadLetterPolicy']);
        return { json: {} };
      },
    },
    get: {
      method: 'GET',
      path: /^\/v1\/(projects\/my-project\/subscriptions\/[\w-]+)$/,
      answer: ({ names: [name = ''] }) => ({ json: { name, deadLetterPolicy: policies.get(name) } }),
    },
  });
}

async function set(functions: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const api = googleApi({ token: TOKEN, project: 'my-project', pause: async () => undefined });
  await setDeadLetters({
    api,
    project: 'my-project',
    region: 'my-region1',
    functions,
    say: (line) => lines.push(line),
    eventarc: google.url,
    pubsub: google.url,
  });
  return lines;
}

test("sets the policy of each function's subscription, whichever way Eventarc names the function, and of no other", async () => {
  await start([
    trigger('extract', { cloudFunction: 'projects/my-project/locations/my-region1/functions/extract' }),
    trigger('others', { cloudRun: { service: 'others', region: 'my-region1' } }),
    trigger('load', { cloudRun: { service: 'load', region: 'my-region1' } }),
  ]);
  expect(await set(['extract', 'load'])).toHaveLength(2);
  const policy = { deadLetterTopic: 'projects/my-project/topics/dead-letters', maxDeliveryAttempts: 100 };
  expect(Object.fromEntries(policies)).toEqual({
    'projects/my-project/subscriptions/eventarc-extract': policy,
    'projects/my-project/subscriptions/eventarc-load': policy,
  });
  expect(google.violations).toEqual([]);
});

test('sets nothing where a function has no trigger, and names them all', async () => {
  await start([trigger('extract', { cloudRun: { service: 'extract' } })]);
  await expect(set(['extract', 'transform', 'load'])).rejects.toThrow(/transform has no event trigger[\s\S]*load has no event trigger/);
  expect(policies.size).toBe(0);
});

test('fails where the policy is not there afterwards', async () => {
  await start([trigger('extract', { cloudRun: { service: 'extract' } })], true);
  await expect(set(['extract'])).rejects.toThrow('eventarc-extract has no dead-letter policy although it was set');
});
