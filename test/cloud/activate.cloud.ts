import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Crms, startCrms } from '../../infra/local/stand-ins/crm/crms.ts';
import { migrate } from '../../infra/postgres/migrate.ts';
import { CRM_PROVIDERS } from '../../shared/crm/providers.ts';
import { createTokenCache } from '../../shared/crm/token-cache.ts';
import { createLimiters } from '../../shared/crm-delivery/connections.ts';
import { insertIntegration } from '../../shared/crm-store/integrations.ts';
import type { Database } from '../../shared/database/database.ts';
import { postgres } from '../../shared/database/postgres.ts';
import { createOutsideHttp } from '../../shared/http-outside.ts';
import { type GcsClient, gcsClient } from '../../shared/object-store/gcs-client.ts';
import { keyOf } from '../../shared/secrets/envelope.ts';
import { streams } from '../../shared/streams/index.ts';
import { type Outcome, runHere } from '../infra/cli/command.ts';
import { openPostgres } from '../support/postgres-server.ts';
import { type CloudChain, openCloudChain } from './cloud-chain.ts';
import { endpoints, PROJECT } from './endpoints.ts';

const TIMEOUT_MS = 180_000;
const HOUR_MS = 3_600_000;
const USER = 'shop-1';
const KEYS = { current: keyOf(Buffer.alloc(32, 'k')), previous: [] };
const PEOPLE = ['ada', 'grace', 'mary'].map((name) => `${name}@example.com`);
const QUERY = 'SELECT email, country, phone FROM crm_csv.contacts ORDER BY contact_id';
const ACTIVATE = ['activate', '--query', QUERY, '--to', 'hubspot', '--user', USER];

let dir: string;
let server: Awaited<ReturnType<typeof openPostgres>>;
let database: Database;
let crms: Crms;
let chain: CloudChain;
let client: GcsClient;

beforeEach(async () => {
  const { gcs, pubsub } = endpoints();
  client = gcsClient({ apiEndpoint: gcs });
  dir = await mkdtemp(join(tmpdir(), 'cloud-activate-'));
  server = await openPostgres();
  await migrate({ dsn: server.dsn });
  database = postgres({ dsn: server.dsn, max: server.max });
  crms = await startCrms();
  const { credentials } = crms.standIns.hubspot;
  await insertIntegration(database.query, KEYS, { id: randomUUID(), userId: USER, crmType: 'hubspot', credentials, shown: undefined, settings: {} });
  const ship = {
    database,
    keys: KEYS,
    http: createOutsideHttp({ transport: crms.transport }),
    tokens: createTokenCache({ now: () => Date.now() }),
    providers: new Map(CRM_PROVIDERS.map((provider) => [provider.type, provider])),
    limit: createLimiters(),
    now: () => new Date(),
    random: () => 0,
  };
  chain = await openCloudChain({ dir, streams, sources: new Map(), http: { firstDelayMs: 0 }, ship });
  // The verbs make their clients as a person has them: Google's libraries read these names themselves.
  Object.assign(process.env, { BIGQUERY_EMULATOR_HOST: chain.bigQueryUrl, PUBSUB_EMULATOR_HOST: pubsub });
  await writeFile(
    join(dir, 'contacts.csv'),
    ['contact_id,email,country,phone', ...PEOPLE.map((email, at) => `${at},${email},CA,+1613555012${at}`), ''].join('\n'),
  );
  expect((await verb(['drop', 'contacts.csv', '--as', 'crm_csv/contacts', '--date', '2026-11-20'])).code).toBe(0);
}, TIMEOUT_MS);

afterEach(async () => {
  await chain?.close();
  await crms?.stop();
  await database?.close();
  await server?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Runs a command on Google Cloud, as it is in the emulators; while it waits, everything is delivered, or the events are lost. */
async function verb(words: readonly string[], { areLost = false, now = () => new Date() } = {}): Promise<Outcome> {
  const env = {
    RAW_BUCKET: chain.raw.bucket,
    CLEAN_BUCKET: chain.clean.bucket,
    OUTBOX_BUCKET: chain.outbox.bucket,
    REQUESTS_TOPIC: chain.requestsTopic,
    GOOGLE_CLOUD_PROJECT: PROJECT,
    BIGQUERY_LOCATION: 'US',
  };
  const pause = async () => (areLost ? undefined : await chain.deliver(join(dir, 'journal.jsonl')));
  return await runHere([...words, '--cloud'], dir, env, { pause, patienceMs: areLost ? 1 : TIMEOUT_MS, onItsWayMs: 0, gcs: client }, now);
}

async function inOutbox(): Promise<readonly string[]> {
  return (await Array.fromAsync(chain.outbox.list(''))).map(({ name }) => name);
}

function delivered(): readonly string[] {
  return crms.standIns.hubspot
    .contacts()
    .map(({ email }) => email)
    .sort();
}

describe('activate with --cloud', () => {
  test(
    'writes an object into the bucket, whose event brings the rows of the query to the CRM; then the object is gone',
    async () => {
      const { code, out, err } = await verb(ACTIVATE);
      expect([code, err, out]).toEqual([0, expect.stringContaining(`${chain.outbox.bucket}/hubspot/contact/`), '3 contacts in 1 object\n']);
      expect(delivered()).toEqual(PEOPLE);
      expect(crms.standIns.hubspot.contacts()[0]?.fields).toMatchObject({ country: expect.any(String), phone: expect.stringMatching(/^\+1613555012\d$/) });
      expect(await inOutbox()).toEqual([]);
      expect(await database.query('SELECT status, count(*)::int AS rows FROM crm.crm_sync_logs GROUP BY status')).toEqual([{ status: 'success', rows: 3 }]);
      expect(crms.standIns.hubspot.violations).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    'leaves the object where its event got lost, and reconcile brings it back once it has waited for an hour',
    async () => {
      const lost = await verb(ACTIVATE, { areLost: true });
      expect([lost.code, lost.err]).toEqual([1, expect.stringContaining('not delivered yet')]);
      const [name] = await inOutbox();
      expect(await verb(['reconcile'])).toMatchObject({ code: 0, out: expect.stringContaining('Nothing is missing') });
      const now = () => new Date(Date.now() + HOUR_MS + 60_000);
      expect(await verb(['reconcile'], { now })).toMatchObject({ code: 1, out: expect.stringContaining(`not delivered: ${chain.outbox.bucket}/${name}`) });
      expect(delivered()).toEqual([]);
      const redone = await verb(['reconcile', '--redo'], { now });
      expect([redone.code, redone.out]).toEqual([0, expect.stringContaining('1 object of OUTBOX came to an end')]);
      expect(delivered()).toEqual(PEOPLE);
      expect(await inOutbox()).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
