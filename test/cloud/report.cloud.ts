import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileModels } from '../../infra/curated/compile.ts';
import { type Graph, idOf } from '../../infra/curated/graph.ts';
import { prepareSources } from '../../infra/curated/prepare.ts';
import { runModels } from '../../infra/curated/run.ts';
import { openCsvFile } from '../../infra/export/csv-file.ts';
import { exportViews } from '../../infra/export/export-views.ts';
import { folderTarget } from '../../infra/export/target.ts';
import { chosenViews } from '../../infra/export/views.ts';
import { readReport } from '../../infra/report/read.ts';
import { pageTables } from '../../infra/report/tables.ts';
import { type GcsClient, gcsClient } from '../../shared/object-store/gcs-client.ts';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import { streams } from '../../shared/streams/index.ts';
import { bigQueryWarehouse } from '../../shared/warehouse/bigquery.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import { insertSample, stopped } from '../curated/engines.ts';
import { rowsSql, sampleTables } from '../curated/sample-data.ts';
import { type Outcome, runHere } from '../infra/cli/command.ts';
import { openTemporary, type TemporaryWarehouse } from '../infra/local/duckdb-temporary.ts';
import { endpoints, PROJECT } from './endpoints.ts';
import { type Judge, openJudge } from './judge.ts';

const MINUTES = 60_000;
const MADE_AT = '2026-11-29T06:00:00.000Z';
/** Read by the report as they are on DuckDB; the export takes some of them. */
const EXPORTED = ['mtr_order_days', 'mtr_ticket_days', 'dim_stores'];

/** The views for readers are tables here, with the rows that DuckDB's have: what the models make there is judged elsewhere. */
describe('report and exports from BigQuery', () => {
  let graph: Graph;
  let duck: TemporaryWarehouse;
  let judge: Judge;
  let there: Warehouse;
  let client: GcsClient;
  let bucket: ObjectStore;
  let dir: string;
  beforeAll(async () => {
    graph = stopped(await compileModels());
    duck = await openTemporary();
    await prepareSources(duck.warehouse, streams);
    const options = { selection: {}, fullRefresh: false, codeVersion: 'test', startedAt: '2026-11-22T12:00:00.000Z', clock: () => 0, onStep: () => undefined };
    await duck.warehouse.session(async (session) => {
      await insertSample(session, await sampleTables());
      await runModels(session, graph, { ...options, what: 'run', runId: 'run' });
      await session.run('DROP TABLE ops.model_runs');
    });
    judge = await openJudge();
    await judge.createDataset('analytics');
    for (const { name } of pageTables)
      await judge.query(`CREATE TABLE analytics.v_${name} AS ${rowsSql(await duck.warehouse.query(`SELECT * FROM analytics.v_${name}`))}`);
    there = bigQueryWarehouse({ projectId: PROJECT, location: 'US', maximumBytesBilled: '1000000000', apiEndpoint: judge.url, pollDelayMs: () => 1 });
    client = gcsClient({ apiEndpoint: endpoints().gcs, projectId: PROJECT });
    const name = `exports-${randomUUID()}`;
    await (await client()).storage.createBucket(name);
    bucket = gcsStore({ bucket: name, client });
    dir = await mkdtemp(join(tmpdir(), 'report-'));
  }, 10 * MINUTES);
  afterAll(async () => {
    await judge?.close();
    await duck?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const command = (...words: readonly string[]): Promise<Outcome> => {
    process.env['BIGQUERY_EMULATOR_HOST'] = judge.url;
    const env = { RAW_BUCKET: 'raw', CLEAN_BUCKET: 'clean', EXPORTS_BUCKET: bucket.bucket, GOOGLE_CLOUD_PROJECT: PROJECT, BIGQUERY_LOCATION: 'US' };
    return runHere([...words, '--cloud'], dir, env, { gcs: client });
  };

  test.each([3_500_000, 9_000])(
    'the data of the report is the same from both engines, within %d bytes',
    async (budget) => {
      const options = { graph, madeAt: MADE_AT, isSample: false, budget };
      const [here, fromThere] = [await readReport({ ...options, warehouse: duck.warehouse }), await readReport({ ...options, warehouse: there })];
      expect(fromThere).toEqual(here);
    },
    10 * MINUTES,
  );

  test(
    'report --cloud writes the page',
    async () => {
      const { code, out } = await command('report');
      const file = join(dir, '.local', 'report', 'index.html');
      expect({ code, out }).toEqual({ code: 0, out: `${file}\n` });
      expect((await readFile(file, 'utf8')).length).toBeGreaterThan(10_000);
    },
    10 * MINUTES,
  );

  test(
    'export --cloud makes objects of a day, CSV byte for byte as on this machine',
    async () => {
      const { code, err } = await command('export', ...EXPORTED.flatMap((name) => ['--select', name]));
      expect({ code, err: err.split('\n').length - 1 }).toEqual({ code: 0, err: EXPORTED.length });
      const choice = chosenViews(graph, EXPORTED);
      const views = 'views' in choice ? choice.views : [];
      const target = await folderTarget(join(dir, 'here'), new Date(0));
      await exportViews({ warehouse: duck.warehouse, views, writers: { csv: openCsvFile }, target, madeAt: MADE_AT, onView: () => undefined });
      await target.close();
      const objects = await Array.fromAsync(bucket.list('exports/'));
      expect(objects.map(({ name }) => name.replace(/^exports\/\d{4}-\d\d-\d\d\//, ''))).toEqual(
        ['manifest.json', ...views.flatMap(({ target: { name } }) => [`${name}.csv`, `${name}.parquet`])].toSorted(),
      );
      for (const { name, generation } of objects.filter((object) => object.name.endsWith('.csv'))) {
        const stored = Buffer.concat(await Array.fromAsync((await bucket.read(name, generation)) ?? []));
        expect(stored.toString()).toBe(await readFile(join(dir, 'here', name.split('/').at(-1) ?? ''), 'utf8'));
      }
      for (const { name, generation } of objects.filter((object) => object.name.endsWith('.parquet'))) {
        const file = join(dir, name.split('/').at(-1) ?? '');
        await writeFile(file, Buffer.concat(await Array.fromAsync((await bucket.read(name, generation)) ?? [])));
        const view = views.find(({ target: { name: own } }) => file.endsWith(`${own}.parquet`));
        const read = `SELECT * FROM read_parquet('${file}')`;
        const shown = `SELECT * FROM ${view === undefined ? '' : idOf(view.target)}`;
        const differing = await duck.warehouse.session((session) => session.query(`(${read} EXCEPT ALL ${shown}) UNION ALL (${shown} EXCEPT ALL ${read})`));
        expect(differing.rows).toEqual([]);
      }
    },
    10 * MINUTES,
  );
});
