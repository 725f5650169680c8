import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EzFocusStandIn, startEzFocus } from '../../infra/local/stand-ins/ezfocus.ts';
import { type GcsClient, gcsClient } from '../../shared/object-store/gcs-client.ts';
import { createObject } from '../../shared/object-store/object-store.ts';
import { streams } from '../../shared/streams/index.ts';
import { type Outcome, runHere } from '../infra/cli/command.ts';
import { ezFocusSettings } from '../support/ezfocus.ts';
import { type CloudChain, openCloudChain } from './cloud-chain.ts';
import { endpoints, PROJECT } from './endpoints.ts';

/** The emulator of BigQuery takes about a second for a statement. */
const TIMEOUT_MS = 180_000;
const PRODUCTS = 'crm_csv/products/2026-11-20/products.csv';

let dir: string;
let standIn: EzFocusStandIn;
let chain: CloudChain;
let client: GcsClient;
/** Whether `extract` has been asked, so that a message is on its way. */
let isAsked = false;

beforeEach(async () => {
  // The verbs make their clients as a person has them: Google's libraries read these names themselves.
  const { gcs, pubsub } = endpoints();
  // STORAGE_EMULATOR_HOST takes a part of the path away that this emulator insists on.
  client = gcsClient({ apiEndpoint: gcs });
  dir = await mkdtemp(join(tmpdir(), 'cloud-cli-'));
  standIn = await startEzFocus({ seed: 7, accounts: 40, callReports: 1, inventory: 1 });
  chain = await openCloudChain({ dir, streams, sources: ezFocusSettings(standIn), http: { firstDelayMs: 0 } });
  Object.assign(process.env, { BIGQUERY_EMULATOR_HOST: chain.bigQueryUrl, PUBSUB_EMULATOR_HOST: pubsub });
});

afterEach(async () => {
  await chain?.close();
  await standIn?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** While a verb waits, everything is delivered: the BigQuery emulator breaks where two statements come together. */
async function pause(): Promise<void> {
  if (isAsked) await chain.receive();
  isAsked = false;
  await chain.deliver(join(dir, 'journal.jsonl'));
}

async function verb(...words: readonly string[]): Promise<Outcome> {
  return await command([...words, '--cloud']);
}

/** Runs a command on Google Cloud, as it is in the emulators. */
async function command(words: readonly string[]): Promise<Outcome> {
  const env = {
    RAW_BUCKET: chain.raw.bucket,
    CLEAN_BUCKET: chain.clean.bucket,
    REQUESTS_TOPIC: chain.requestsTopic,
    GOOGLE_CLOUD_PROJECT: PROJECT,
    BIGQUERY_LOCATION: 'US',
  };
  isAsked = words[0] === 'extract';
  return await runHere(words, dir, env, { pause, patienceMs: TIMEOUT_MS, onItsWayMs: 0, gcs: client });
}

/** What the README's section on Google Cloud says after `npm run pipeline --`, in words as a shell makes them. */
async function readmeCommands(): Promise<readonly (readonly string[])[]> {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const commands = [...readme.matchAll(/^npm run pipeline -- (.* --cloud)$/gm)].map(([, text = '']) => text);
  return commands.map((text) => [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''));
}

describe('the verbs with --cloud', () => {
  test(
    "the README's commands, exactly as printed, go through one after the other",
    async () => {
      const record = { accnt_no: '1', accnt_name: 'A', accnt_city: 'B', accnt_prov: 'ON' };
      await writeFile(join(dir, 'stores.json'), JSON.stringify([record]));
      const outputs = new Map<string, string>();
      for (const words of await readmeCommands()) {
        const { code, out, err } = await command(words);
        expect([words.join(' '), code, err]).toEqual([words.join(' '), 0, expect.any(String)]);
        outputs.set(words[0] ?? '', out);
      }
      expect([...outputs.keys()]).toEqual(['extract', 'drop', 'runs', 'rejects', 'reconcile', 'replay', 'query']);
      expect(outputs.get('extract')).toMatch(/^loaded: ezfocus\/accounts\/.*: \d+ records, \d+ rows in WM_SalesTeam\.Accounts_List/);
      // What extract asked for is newer.
      for (const name of ['drop', 'replay']) expect(outputs.get(name)).toMatch(/^superseded: ezfocus\/accounts\/2026-11-20\/stores\.json/);
      expect(outputs.get('query')).toMatch(/loaded.*1[\s\S]*superseded.*2/);
    },
    2 * TIMEOUT_MS,
  );

  test(
    'drop puts a file into the bucket; runs, rejects and query show what became of it; replay does it again',
    async () => {
      const rows = Array.from({ length: 30 }, (_, index) => `${index + 1},Product ${index + 1},Acme,Tools`);
      await writeFile(join(dir, 'products.csv'), `${['product_id,product_name,brand,category', ...rows, 'x,Nameless,,'].join('\n')}\n`);
      const dropped = await verb('drop', 'products.csv', '--as', 'crm_csv/products', '--date', '2026-11-20');
      expect([dropped.code, dropped.err, dropped.out]).toEqual([
        0,
        expect.any(String),
        `loaded: ${PRODUCTS}: 31 records, 30 rows in crm_csv.products (1 reject)\n`,
      ]);
      expect(dropped.err).toContain('npm run pipeline -- rejects --stream crm_csv/products --cloud');

      const runs = await verb('runs', '--stream', 'crm_csv/products', '--json');
      expect(JSON.parse(runs.out)).toMatchObject([{ raw_object: PRODUCTS, outcome: 'loaded', conserved: true }]);
      const rejects = await verb('rejects', '--stream', 'crm_csv/products', '--json');
      expect(JSON.parse(rejects.out)).toMatchObject([{ _row: 31, line: 32, reasons: expect.stringContaining('product_id: type: a whole number of 64 bits') }]);
      const query = await verb('query', 'SELECT COUNT(*) AS products FROM crm_csv.products', '--json');
      expect(JSON.parse(query.out)).toEqual([{ products: 30 }]);

      const replayed = await verb('replay', PRODUCTS);
      expect([replayed.code, replayed.out]).toEqual([0, `loaded: ${PRODUCTS}: 31 records, 30 rows in crm_csv.products (1 reject)\n`]);
    },
    TIMEOUT_MS,
  );

  test(
    'reconcile finds an object whose event got lost, and brings it back',
    async () => {
      expect(await verb('reconcile')).toEqual({ code: 0, err: '', out: 'Nothing is missing: every object has come to an end.\n' });
      const name = 'crm_csv/products/2026-11-21/more.csv';
      await createObject(chain.raw, name, 'product_id,product_name\n31,Last\n');
      const found = await verb('reconcile');
      expect([found.code, found.out]).toEqual([1, expect.stringContaining(`not transformed: ${chain.raw.bucket}/${name}`)]);
      expect(found.err).toContain('npm run pipeline -- reconcile --redo --cloud brings them back');
      const redone = await verb('reconcile', '--redo');
      expect([redone.code, redone.out]).toEqual([0, expect.stringContaining(`loaded: ${name}`)]);
    },
    TIMEOUT_MS,
  );
});
