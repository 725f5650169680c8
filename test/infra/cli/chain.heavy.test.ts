import { once } from 'node:events';
import { access, appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openFolderStore } from '../../../infra/local/folder-store.ts';
import { type EzFocusStandIn, startEzFocus } from '../../../infra/local/stand-ins/ezfocus.ts';
import { createObject } from '../../../shared/object-store/object-store.ts';
import { type Outcome, openWorkplace, tomorrow, type Workplace } from './command.ts';

jest.setTimeout(60_000);

const SUPABASE = { customers: 3_000, products: 1_200, sales: 9_000, support_tickets: 3_000 };
const SUPABASE_SIZES = Object.entries(SUPABASE).flatMap(([table, count]) => [table, `${table}_keys`].map((name) => [`supabase/${name}`, count] as const));
const FILES = { campaigns: 50, contacts: 2_000, orders: 700, customers: 300, products: 42, sales: 900, support_tickets: 300 };
const FILE_SIZES = {
  ...Object.fromEntries(Object.entries(FILES).map(([name, count]) => [`crm_csv/${name}`, count])),
  'reference/fx_rates': 184,
  'meta_ads/insights': 1_771,
  'ga4/transactions': 686,
};
/** What the stand-ins of the ad sources answer, beside the dropped files. */
const ASKED_SIZES = { 'meta_ads/campaigns': 3, 'meta_ads/insights': 170, 'ga4/transactions': 244 };
const CRM_SIZES = { 'crm/sync_logs': 0, 'crm/contacts': 0 };
const EZFOCUS_SIZES = { 'ezfocus/accounts': 2_684, 'ezfocus/call_reports': 3_000, 'ezfocus/inventory': 20_000 };
/** Asked and dropped: a stream may be both. */
const SIZES = [...[FILE_SIZES, ASKED_SIZES, EZFOCUS_SIZES, CRM_SIZES].flatMap((sizes) => Object.entries(sizes)), ...SUPABASE_SIZES];
const TABLES = [
  'WM_SalesTeam.Accounts_List',
  'WM_SalesTeam.Call_Reports',
  'WM_SalesTeam.Store_Inventory',
  ...Object.keys(SUPABASE).map((name) => `supabase.${name}`),
  ...Object.keys(FILES).map((name) => `crm_csv.${name}`),
];
/** Tests of models that find what the generated data has wrong on purpose; none is critical. */
const PLANTED = [
  'fct_sales__quantity__range',
  ...['crm_csv', 'supabase'].flatMap((source) => [
    `stg_${source}_customers__customer_age__range`,
    `stg_${source}_customers__customer_gender__accepted`,
    `stg_${source}_sales__total_is_quantity_times_price`,
    `stg_${source}_support_tickets__customer_satisfaction__range`,
  ]),
];
const ACCOUNT = { accnt_name: 'Herbe & Café', accnt_city: 'Ottawa', accnt_prov: 'ON', latitude: 45.4, longitude: -75.7 };

/** Counts and a checksum of every table, without what tells when and from where a row came. */
const BUSINESS_SQL = TABLES.map((table) => {
  const origin = 'load_timestamp, _raw_object, _raw_generation, _extracted_at';
  return `SELECT '${table}' AS name, COUNT(*) AS n, CAST(SUM(hash(t)) AS VARCHAR) AS checksum FROM (SELECT * EXCLUDE (${origin}) FROM ${table}) AS t`;
}).join(' UNION ALL ');

describe('the command line on one folder', () => {
  let place: Workplace;
  let first: Outcome;
  let source: EzFocusStandIn;
  let downPlace: Workplace;
  let down: Promise<Outcome>;
  beforeAll(async () => {
    source = await startEzFocus({ accounts: 5, callReports: 100, inventory: 5 });
    source.fail('accounts', { kind: 'status', status: 503 });
    downPlace = await openWorkplace(settingsOf(source));
    // Most of its time it waits for the source: the other tests need not.
    down = downPlace.run('start', '--json');
    place = await openWorkplace();
    first = await place.run('start', '--json');
    // Chain, models and PostgreSQL in one process, beside another one and other tests.
  }, 180_000);
  afterAll(async () => {
    await place.remove();
    await downPlace.remove();
    await source.stop();
  });

  test('start --json writes one line of counts that conserve every record', () => {
    expect(first).toMatchObject({ code: 0 });
    expect(first.err).toMatch(/^The chain runs on this machine.*\nSource: a stand-in for EZ Focus with generated data, seed 20261120 /);
    expect(first.out.split('\n')).toHaveLength(2);
    const { streams, models, sync, report } = JSON.parse(first.out);
    expect(report).toBe(join(place.dir, 'report', 'index.html'));
    expect(sync.map(({ crm_type, status, attempts }: Record<string, unknown>) => [crm_type, status, attempts])).toEqual([
      ['creatio', 'success', 1],
      ['hubspot', 'success', 1],
      ['klaviyo', 'success', 1],
      ['salesforce', 'success', 1],
    ]);
    expect(models.ok).toBe(true);
    expect(models.steps).toContainEqual(expect.objectContaining({ name: 'marts.dim_stores', outcome: 'built', rows: 2_680 }));
    const failed = models.steps.filter(({ outcome }: { outcome: string }) => outcome !== 'built' && outcome !== 'passed');
    expect(failed.map(({ name }: { name: string }) => name.replace('model_tests.', '')).sort()).toEqual(PLANTED);
    const names = ['stream', 'records', 'rows', 'rejects', 'filtered', 'duplicates', 'superseded', 'loaded', 'table', 'ms'];
    for (const one of streams) {
      expect(Object.keys(one)).toEqual(names);
      expect(one.records).toBe(one.rows + one.rejects + one.filtered);
      expect(one.rows).toBe(one.duplicates + one.loaded + one.superseded);
      expect(one.ms).toBeGreaterThan(0);
    }
    expect(streams.map((one: { stream: string; records: number }) => [one.stream, one.records]).toSorted()).toEqual(SIZES.toSorted());
    expect(streams[0]).toMatchObject({ rejects: 3, duplicates: 2, table: 'WM_SalesTeam.Accounts_List' });
    expect(streams[1]).toMatchObject({ rejects: 2, table: 'WM_SalesTeam.Call_Reports' });
  });

  test('a second start leaves the same business data, and tells people what it found', async () => {
    const before = await place.rows(BUSINESS_SQL);
    const { code, out } = await place.run('start');
    expect(code).toBe(0);
    expect(out).toMatch(/^ezfocus\/accounts +2684 +2681 +3 +2 +0 +2679 +\d+ +WM_SalesTeam\.Accounts_List$/m);
    expect(out).toMatch(/^ {2}ezfocus\/accounts +latitude: within +\d+$/m);
    expect(out).toMatch(/^ {2}ezfocus\/accounts +accnt_no: required +3$/m);
    expect(out).toMatch(new RegExp(`^ {2}model_tests +\\d+ passed, ${PLANTED.length} failed, [\\d,]+ ms$`, 'm'));
    expect(out).toMatch(/^CRM sync: one contact [\s\S]*\n {2}hubspot +create_contact +success /m);
    expect(out).toMatch(/^Report: open .*\/report\/index\.html in a browser \([\d.]+ [KM]B\)$/m);
    expect(out).toMatch(/Where to look next\n {2}npm run pipeline -- query "SELECT accnt_no/);
    const after = await place.rows(BUSINESS_SQL);
    expect(after).toEqual(before);
    expect(after.map(({ n }) => n)).toEqual([2_679, 2_998, 20_000, 3_000, 1_198, 9_000, 3_000, ...Object.values(FILES)]);
  });

  test('runs shows the ledger newest first, and that nothing got lost', async () => {
    const { out } = await place.call('runs', '--stream', 'ezfocus/accounts', '--json');
    const runs: { run_time: string; stream: string; outcome: string; conserved: boolean }[] = JSON.parse(out);
    expect(runs.map(({ stream, outcome, conserved }) => [stream, outcome, conserved])).toEqual(Array(2).fill(['accounts', 'loaded', true]));
    expect(runs[0]!.run_time > runs[1]!.run_time).toBe(true);
    expect((await place.call('runs', '--limit', '3')).out.trimEnd().split('\n')).toHaveLength(5);
  });

  test('rejects shows records with their reasons, or counts by rule', async () => {
    expect((await place.call('rejects', '--stream', 'ezfocus/call_reports', '--limit', '1')).out).toContain('sales_rep: required: a value');
    const { out } = await place.call('rejects', '--group-by', 'rule', '--json');
    expect(JSON.parse(out)).toEqual([
      expect.objectContaining({ stream: 'accounts', field: 'accnt_no', rule: 'required', rejects: 6, raw_objects: 2 }),
      expect.objectContaining({ stream: 'call_reports', field: 'sales_rep', rule: 'required', rejects: 4, raw_objects: 2 }),
      expect.objectContaining({ stream: 'products', field: 'product_name', rule: 'required', rejects: 2, raw_objects: 1 }),
    ]);
  });

  test('query writes CSV, a table, or one line about a mistake', async () => {
    const sql = "SELECT '=1+1' AS text, -1 AS number, NULL AS nothing";
    expect((await place.call('query', sql, '--csv')).out).toBe("text,number,nothing\r\n'=1+1,-1,\r\n");
    expect((await place.call('query', sql)).out).toBe('text  number  nothing\n----  ------  -------\n=1+1      -1\n(1 row)\n');
    const wrong = await place.call('query', 'SELECT nope FROM WM_SalesTeam.Accounts_List');
    expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^[^\n]*nope[^\n]*\n$/) });
  });

  test('a dropped file waits at the gate until a person accepts its rejects', async () => {
    const file = join(place.dir, '../stores of today.json');
    await writeFile(file, JSON.stringify([...Array(2_000).keys()].map((row) => ({ ...ACCOUNT, accnt_no: row < 1_800 ? row : null }))));
    const day = tomorrow();
    const name = `ezfocus/accounts/${day}/stores of today.json`;

    const dropped = await place.run('drop', file, '--as', 'ezfocus/accounts', '--date', day);
    expect(dropped.code).toBe(1);
    expect(dropped.err).toContain(`refused: ${name}: 200 of 2000 records rejected`);
    expect(dropped.err).toContain(`npm run pipeline -- replay '${name}' --accept rejects`);
    expect(JSON.parse((await place.call('notices', '--json')).out)).toEqual([expect.objectContaining({ rule: 'rejects', settled: false })]);

    const accepted = await place.call('replay', name, '--accept', 'rejects');
    expect(accepted).toMatchObject({ code: 0, out: expect.stringContaining(`loaded: ${name}: 2,000 records, 1,800 rows`) });
    expect((await place.call('notices')).out).toBe('Nothing needs a person (1 settled: --all).\n');
    expect(await place.rows('SELECT COUNT(*) AS n FROM WM_SalesTeam.Accounts_List')).toEqual([{ n: 1_800 }]);
  });

  test('reconcile finds a raw object whose event nobody acknowledged, and brings it back', async () => {
    const raw = await openFolderStore({ dir: join(place.dir, 'buckets'), bucket: 'raw', now: () => new Date() });
    await createObject(raw, 'ezfocus/inventory/2026-01-01/lost.json', '[{"BRAND":"Rideau"}]');

    const found = await place.call('reconcile');
    expect(found).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^not transformed: raw\/ezfocus\/inventory\/2026-01-01\/lost\.json \(generation \d+\)\n$/),
    });
    expect(await place.call('reconcile', '--redo')).toMatchObject({
      code: 0,
      out: expect.stringContaining('superseded: ezfocus/inventory/2026-01-01/lost.json'),
    });
    expect(await place.call('reconcile')).toMatchObject({ code: 0, out: 'Nothing is missing: every object has come to an end.\n' });
  });

  test('rebuild empties the table and fills it from the raw objects, with what a person accepted before', async () => {
    const instance = await DuckDBInstance.create(join(place.dir, 'warehouse.duckdb'));
    const connection = await instance.connect();
    const newer = "SELECT * REPLACE ('intruder' AS accnt_no, TIMESTAMPTZ '2200-01-01T00:00:00Z' AS _extracted_at) FROM WM_SalesTeam.Accounts_List LIMIT 1";
    await connection.run(`INSERT INTO WM_SalesTeam.Accounts_List ${newer}`);
    connection.closeSync();
    instance.closeSync();
    expect(await place.rows("SELECT COUNT(*) AS n FROM WM_SalesTeam.Accounts_List WHERE accnt_no = 'intruder'")).toEqual([{ n: 1 }]);

    expect(await place.call('rebuild', 'ezfocus/accounts')).toMatchObject({ code: 0, out: expect.stringContaining('2,000 records, 1,800 rows') });
    expect(await place.rows('SELECT COUNT(*) AS n FROM WM_SalesTeam.Accounts_List')).toEqual([{ n: 1_800 }]);
    expect(await place.call('rebuild', 'ezfocus/nothing')).toMatchObject({ code: 2 });
    expect((await place.call('runs', '--json')).out).not.toContain('"conserved":false');
  });

  test('a dead letter rests until it is redelivered', async () => {
    const raw = await openFolderStore({ dir: join(place.dir, 'buckets'), bucket: 'raw', now: () => new Date() });
    const object = await createObject(raw, 'ezfocus/inventory/2026-01-01/dead.json', '[{"BRAND":"Rideau"}]');
    const subject = `raw/${object?.name}#${object?.generation}`;
    const dead = { id: '4f1c09ab', function: 'transform', subject, attempts: 10, lastError: 'x', givenUpAt: '2026-01-01T00:00:00Z' };
    await appendFile(join(place.dir, 'delivery.jsonl'), `${JSON.stringify({ dead })}\n`);

    expect(await place.call('reconcile')).toMatchObject({ code: 1, out: expect.stringContaining('dead.json') });
    expect(JSON.parse((await place.call('dead-letters', '--json')).out)).toEqual([dead]);
    expect(await place.call('redeliver', '12345678')).toMatchObject({ code: 1, err: 'there is no dead letter "12345678"\n' });
    expect(await place.call('redeliver', '4f1c09ab')).toEqual({ code: 0, out: '1 event delivered\n', err: '' });
    expect((await place.call('dead-letters')).out).toBe('No dead letters.\n');
    expect((await place.call('reconcile')).code).toBe(0);
  });

  test('reconcile says what in the raw folder is no object', async () => {
    const raw = join(place.dir, 'buckets/raw/ezfocus/inventory/2026-01-01');
    await writeFile(join(raw, 'a~1.json'), '[]');
    const { code, err } = await place.call('reconcile');
    expect(code).toBe(0);
    expect(err).toMatch(/^left out: raw\/ezfocus\/inventory\/2026-01-01\/a~1\.json: is no name for an object/m);
    await rm(join(raw, 'a~1.json'));
  });

  test('extract tells why a request is refused, and what to run again', async () => {
    const { code, err } = await place.call('extract', 'meta_ads', '--from', '2026-01-01', '--to', '2026-01-01');
    expect(code).toBe(1);
    expect(err).toMatch(
      /^failed: meta_ads\/campaigns: meta_ads\/campaigns has no windows.*\n {2}Run it again: npm run pipeline -- extract meta_ads\/campaigns --from 2026-01-01 --to 2026-01-01 --dir \S+$/m,
    );
  });

  test('start gives up waiting for a stream whose source is down, and loads the others and other sources', async () => {
    const { code, out, err } = await down;
    expect(code).toBe(1);
    expect(err).toContain(`Source: EZ Focus at ${source.baseUrl}\n`);
    expect(err).toMatch(/^ {2}ezfocus\/accounts: failed: GET http:\/\/127\.0\.0\.1:\d+\/api answered 503\n {4}It is tried again/m);
    expect(JSON.parse(out).streams.map((one: { stream: string; loaded: number }) => [one.stream, one.loaded])).toEqual([
      ['ezfocus/accounts', 0],
      ['ezfocus/call_reports', 98],
      ['ezfocus/inventory', 5],
      ...Object.entries(ASKED_SIZES),
      ...Object.entries({ ...SUPABASE, products: 1_198 }).map(([name, loaded]) => [`supabase/${name}`, loaded]),
      ...Object.entries(SUPABASE).map(([name, loaded]) => [`supabase/${name}_keys`, loaded]),
      ...Object.entries(CRM_SIZES),
      ...Object.entries(FILE_SIZES),
    ]);
    expect(await downPlace.call('reconcile')).toMatchObject({ code: 0 });
  });

  test('start makes up no file for a stream that has files of its own', async () => {
    const own = await openWorkplace();
    try {
      await writeFile(join(own.dir, '../mine.csv'), 'campaign_id;channel\nMINE;email\n');
      expect(await own.run('drop', join(own.dir, '../mine.csv'), '--as', 'crm_csv/campaigns')).toMatchObject({ code: 0 });
      const { out, code } = await own.run('start');
      expect(code).toBe(0);
      expect(out).toMatch(/^Files: yours are there already for crm_csv\/campaigns$/m);
      expect(await own.rows('SELECT campaign_id FROM crm_csv.campaigns')).toEqual([{ campaign_id: 'MINE' }]);
    } finally {
      await own.remove();
    }
  });

  test('two commands at the same moment both come to their end', async () => {
    const outcomes = await Promise.all([place.run('extract', 'ezfocus/call_reports'), place.run('replay', 'ezfocus/inventory/2026-01-01/lost.json')]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
  });
});

function settingsOf({ baseUrl, credentials }: EzFocusStandIn) {
  return {
    EZFOCUS_BASE_URL: baseUrl,
    EZFOCUS_USERNAME: credentials.username,
    EZFOCUS_PASSWORD: credentials.password,
    EZFOCUS_AGENT: credentials.agent,
    EZFOCUS_ACCOUNTS_KEY: credentials.accountsKey,
    EZFOCUS_CALL_REPORTS_KEY: credentials.callReportsKey,
    EZFOCUS_INVENTORY_KEY: credentials.inventoryKey,
  };
}

test('start says at once which settings are missing', async () => {
  const place = await openWorkplace();
  try {
    await writeFile(join(place.dir, '../.env'), 'EZFOCUS_BASE_URL=http://127.0.0.1:9\nEZFOCUS_KEY=\n');
    const { code, err } = await place.run('start');
    expect(code).toBe(2);
    expect(err).toContain('- EZFOCUS_PASSWORD is not set');
    expect(err).toContain('- EZFOCUS_KEY is not a setting of EZ Focus');
  } finally {
    await place.remove();
  }
});

test('start comes to its end, and says how, where nobody reads on', async () => {
  const place = await openWorkplace();
  try {
    const child = place.begin('start');
    // As `| head -1` does it: the first line, then nobody.
    for (const stream of [child.stdout, child.stderr]) stream?.once('data', () => stream.destroy());
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    await access(join(place.dir, 'report/index.html'));
  } finally {
    await place.remove();
  }
});
