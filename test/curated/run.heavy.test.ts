import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Graph } from '../../infra/curated/graph.ts';
import type { Step } from '../../infra/curated/model-runs.ts';
import { isFailure } from '../../infra/curated/run.ts';
import { TransientError } from '../../shared/errors.ts';
import { compileLab, type ModelsLab, openModelsLab, troubles } from './models-lab.ts';

let graph: Graph;
let lab: ModelsLab;
beforeAll(async () => {
  graph = await compileLab();
});
beforeEach(async () => {
  lab = await openModelsLab(graph);
});
afterEach(() => lab.close());

const TABLES = ['marts.dim_customers', 'marts.fct_orders', 'metrics.mtr_revenue', 'snapshots.snap_dim_customers__row_count'];

/** Everything that is built, as one line a row. */
async function contents(): Promise<readonly string[]> {
  const tables = await Promise.all(TABLES.map((table) => lab.lines(`SELECT '${table}', t FROM ${table} AS t ORDER BY ALL`)));
  return tables.flat();
}

/** The lab with each of its tests ten times. */
function manyTests(): Graph {
  const copies = Array.from({ length: 10 }, (_none, copy) =>
    graph.assertions.map((assertion) => ({ ...assertion, target: { ...assertion.target, name: `${assertion.target.name}__${copy}` } })),
  );
  return { ...graph, assertions: [...graph.assertions, ...copies.flat()] };
}

describe('a run', () => {
  test('builds every model and passes every test on sound data', async () => {
    const steps = await lab.runAll();
    expect(troubles(steps)).toEqual([]);
    expect(steps.filter(({ rows }) => rows !== null).map(({ name, kind, rows }) => [name, kind, rows])).toEqual(
      expect.arrayContaining([
        ['marts.dim_customers', 'table', 20],
        ['marts.fct_orders', 'incremental', 60],
        ['metrics.mtr_revenue', 'table', 28],
      ]),
    );
  });

  test('changes nothing where nothing is new', async () => {
    await lab.runAll();
    const before = await contents();
    expect(troubles(await lab.runAll())).toEqual([]);
    expect(await contents()).toEqual(before);
  });

  test('gives its tables the types of BigQuery', async () => {
    await lab.runAll();
    expect(await lab.lines('SELECT column_name, column_type FROM (DESCRIBE metrics.mtr_revenue)')).toEqual([
      'order_date DATE',
      'revenue DECIMAL(38,9)',
      'orders BIGINT',
      'average DECIMAL(38,9)',
      'units BIGINT',
      'largest_square DECIMAL(38,9)',
    ]);
  });

  test('makes keys of the first 60 bits of the SHA-256 of source and natural key', async () => {
    await lab.runAll();
    const hash = createHash('sha256').update('shop|c1|7').digest('hex');
    const key = BigInt(`0x${hash.slice(0, 15)}`);
    expect(await lab.lines("SELECT customer_key FROM marts.dim_customers WHERE customer_id = 'c1'")).toEqual([key.toString()]);
  });

  test('neither doubles nor loses an order of 500 days ago that changes', async () => {
    await lab.runAll();
    await lab.run("UPDATE shop.orders SET amount = 77, _extracted_at = now() WHERE order_id = 'o0'");
    expect(troubles(await lab.runAll())).toEqual([]);
    expect(await lab.lines("SELECT COUNT(*), SUM(amount) FROM marts.fct_orders WHERE order_id = 'o0'")).toEqual(['1 77.000000000']);
    expect(await lab.lines('SELECT COUNT(*) FROM marts.fct_orders')).toEqual(['60']);
    expect(await lab.lines("SELECT revenue FROM metrics.mtr_revenue WHERE order_date = DATE '2026-11-20' - 500")).toEqual(['77.000000000']);
  });

  test('finds an order that came late, within the look-back', async () => {
    await lab.runAll();
    await lab.run(
      "INSERT INTO shop.orders SELECT 'late', customer_id, status, amount, order_date, now() - INTERVAL 2 DAY FROM shop.orders WHERE order_id = 'o1'",
    );
    await lab.runAll();
    expect(await lab.lines("SELECT COUNT(*) FROM marts.fct_orders WHERE order_id = 'late'")).toEqual(['1']);
  });

  test('keeps what is gone from the source, until it is built anew', async () => {
    await lab.runAll();
    await lab.run("DELETE FROM shop.orders WHERE order_id = 'o1'");
    await lab.runAll();
    expect(await lab.lines('SELECT COUNT(*) FROM marts.fct_orders')).toEqual(['60']);
    await lab.runAll({ fullRefresh: true });
    expect(await lab.lines('SELECT COUNT(*) FROM marts.fct_orders')).toEqual(['59']);
  });

  test('refuses to merge two rows of one key, as BigQuery does', async () => {
    await lab.runAll();
    await lab.run("INSERT INTO shop.orders SELECT * REPLACE (now() AS _extracted_at) FROM shop.orders WHERE order_id = 'o1'");
    const steps = await lab.runAll({ selection: { names: ['fct_orders'] } });
    expect(steps[0]).toMatchObject({ outcome: 'error', message: '1 keys (order_id) come more than once in what is merged' });
    expect(await lab.lines('SELECT COUNT(*) FROM marts.fct_orders')).toEqual(['60']);
  });

  test('says what to do where an incremental table gets other columns', async () => {
    await lab.runAll();
    await lab.run('ALTER TABLE marts.fct_orders DROP COLUMN status');
    const [step] = await lab.runAll({ selection: { names: ['fct_orders'] } });
    expect(step).toMatchObject({ outcome: 'error', message: 'marts.fct_orders has other columns than before: run it with --full-refresh' });
    expect(troubles(await lab.runAll({ fullRefresh: true }))).toEqual([]);
  });

  test('makes a table of what was a view, and the other way round', async () => {
    await lab.runAll();
    const views = { ...graph, models: graph.models.map((model) => (model.kind === 'table' ? { ...model, kind: 'view' as const } : model)) };
    expect(troubles(await lab.runAll({ graph: views }))).toEqual([]);
    expect(troubles(await lab.runAll())).toEqual([]);
  });

  test('writes down what became of each model and test', async () => {
    await lab.run("UPDATE shop.orders SET status = 'lost' WHERE order_id = 'o1'");
    await lab.runAll();
    const columns = 'run_id, model, kind, outcome, critical, rows, failing_rows, code_version, started_at';
    expect(await lab.lines(`SELECT ${columns} FROM ops.model_runs WHERE model LIKE '%fct_orders%' AND outcome = 'built' OR outcome = 'failed'`)).toEqual([
      'run 1 marts.fct_orders incremental built false 60  test 2026-11-20T06:00:00Z',
      'run 1 model_tests.fct_orders__status__accepted assertion failed false  1 test 2026-11-20T06:00:00Z',
    ]);
  });

  test('leaves the warehouse the settings that it had', async () => {
    const settings = () => lab.lines('SELECT name, value FROM duckdb_settings() ORDER BY name');
    const before = await settings();
    await lab.runAll();
    expect(await settings()).toEqual(before);
  });

  test('writes down every step, however many there are, and those before a run that is ended', async () => {
    const steps = await lab.runAll({ graph: manyTests() });
    expect(steps.length).toBeGreaterThan(100);
    const isWritten = (run: string) => lab.lines(`SELECT model FROM ops.model_runs WHERE run_id = '${run}' ORDER BY model`);
    expect(await isWritten('run 1')).toEqual(steps.map(({ name }) => name).toSorted());
    const ended: string[] = [];
    const onStep = ({ name }: Step) => {
      if (ended.push(name) === 5) throw new TransientError('models', 'the warehouse is gone');
    };
    await expect(lab.runAll({ onStep })).rejects.toThrow('the warehouse is gone');
    expect(await isWritten('run 2')).toEqual(ended.toSorted());
  });
});

describe('each kind of test finds what it is for, and nothing else does', () => {
  const breaks: readonly [string, string][] = [
    ['fct_orders__customer_id__in__dim_customers', "UPDATE shop.orders SET customer_id = 'nobody' WHERE order_id = 'o1'"],
    ['fct_orders__not_null', "UPDATE shop.orders SET customer_id = NULL WHERE order_id = 'o1'"],
    ['fct_orders__amount_is_whole', "UPDATE shop.orders SET amount = 10.001 WHERE order_id = 'o1'"],
    ['fct_orders__status__accepted', "UPDATE shop.orders SET status = 'lost' WHERE order_id = 'o1'"],
    ['fct_orders__amount__range', "UPDATE shop.orders SET amount = -1 WHERE order_id = 'o1'"],
    ['fct_orders___extracted_at__fresh', 'UPDATE shop.orders SET _extracted_at = _extracted_at - INTERVAL 2 DAY'],
    ['dim_customers__city__null_ratio', "UPDATE shop.customers SET city = NULL WHERE customer_id <> 'c1'"],
    ['fct_orders__amount__p95', 'UPDATE shop.orders SET amount = amount + 500'],
    ['marts_dim_customers_assertions_rowConditions', "UPDATE shop.customers SET email = 'none' WHERE customer_id = 'c1'"],
  ];

  test.each(breaks)('%s', async (name, sql) => {
    await lab.run(sql);
    const steps = await lab.runAll();
    expect(troubles(steps)).toEqual([`failed ${name}`]);
    expect(isFailure(steps)).toBe(false);
  });

  test('a test that finds something keeps its rows as a view, until it finds nothing', async () => {
    const kept = () => lab.lines("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'model_tests'");
    await lab.run("UPDATE shop.orders SET status = 'lost' WHERE order_id = 'o1'");
    await lab.runAll();
    expect(await kept()).toEqual(['fct_orders__status__accepted VIEW']);
    expect(await lab.lines('SELECT * FROM model_tests.fct_orders__status__accepted')).toEqual(['lost 1']);
    await lab.run("UPDATE shop.orders SET status = 'paid', _extracted_at = now() WHERE order_id = 'o1'");
    expect(troubles(await lab.runAll())).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  test.each([
    ['snapshots_snap_dim_customers__row_count__steady', "INSERT INTO shop.customers SELECT 'x' || customer_id, email, city FROM shop.customers"],
    ['snapshots_snap_mtr_revenue__revenue__steady', 'UPDATE shop.orders SET amount = amount * 2, _extracted_at = now()'],
  ])('%s, against the run before', async (name, sql) => {
    expect(troubles(await lab.runAll())).toEqual([]);
    await lab.run(sql);
    expect(troubles(await lab.runAll())).toEqual([`failed ${name}`]);
  });

  test('a jump that is right is accepted with the snapshot anew', async () => {
    await lab.runAll();
    await lab.run("INSERT INTO shop.customers SELECT 'x' || customer_id, email, city FROM shop.customers");
    await lab.runAll();
    await lab.runAll({ fullRefresh: true, selection: { names: ['snap_dim_customers__row_count'] } });
    expect(troubles(await lab.runAll())).toEqual([]);
  });

  test('a unit test tells rows that differ, and a run of tests fails', async () => {
    const change = { ...graph, unitTests: graph.unitTests.map((unit) => ({ ...unit, expected: unit.expected.replace('15.5', '16.5') })) };
    await lab.runAll();
    expect(troubles(await lab.runAll({ what: 'test' }))).toEqual([]);
    const steps = await lab.runAll({ what: 'test', graph: change });
    expect(troubles(steps)).toEqual(['failed unit_mtr_revenue']);
    expect(steps[0]?.example).toContain('"unexpected":[["2026-01-01","15.500000000",2,"7.750000000",2,"100.000000000"]]');
    expect(isFailure(steps)).toBe(true);
  });
});

describe('what goes wrong', () => {
  test('a failed critical test stops what depends on its model, and only that', async () => {
    await lab.run("INSERT INTO shop.orders SELECT * FROM shop.orders WHERE order_id = 'o1'");
    const steps = await lab.runAll();
    expect(troubles(steps)).toEqual([
      'failed fct_orders__unique',
      'skipped metrics.mtr_revenue',
      'skipped snapshots.snap_mtr_revenue__revenue',
      'skipped snapshots_snap_mtr_revenue__revenue__steady',
    ]);
    expect(steps.find(({ name }) => name === 'metrics.mtr_revenue')?.message).toBe('model_tests.fct_orders__unique failed');
    expect(isFailure(steps)).toBe(true);
  });

  test('an example tells the key of a failing row, and nothing of a person', async () => {
    await lab.run("UPDATE shop.orders SET amount = -1 WHERE order_id = 'o1'");
    await lab.run("UPDATE shop.customers SET email = 'secret' WHERE customer_id = 'c1'");
    const examples = (await lab.runAll()).flatMap(({ outcome, example }) => (outcome === 'failed' ? [example] : []));
    expect(examples.sort()).toEqual(['{"failing_row_condition":"email LIKE \'%@%\'","customer_id":"c1"}', '{"order_id":"o1"}']);
    expect((await lab.lines('SELECT m FROM ops.model_runs AS m')).join()).not.toContain('secret');
  });

  test('SQL that cannot be run here is refused by name; what depends on it waits', async () => {
    const change = async (dir: string) => {
      const file = join(dir, 'definitions/dim_customers.sqlx');
      await writeFile(file, (await readFile(file, 'utf8')).replace('customer.city', 'FARM_FINGERPRINT(customer.city) AS city'));
    };
    const steps = await lab.runAll({ graph: await compileLab(change) });
    expect(steps.find(({ name }) => name === 'marts.dim_customers')?.message).toBe('not supported on DuckDB: the function FARM_FINGERPRINT');
    expect(troubles(steps)).toContain('skipped dim_customers__city__null_ratio');
    expect(isFailure(steps)).toBe(true);
  });

  test('a project that does not compile says which file is wrong', async () => {
    const missing = compileLab((dir) => writeFile(join(dir, 'definitions/bad.sqlx'), 'config { type: "view" }\nSELECT 1 AS n FROM ${ref("nowhere")}'));
    await expect(missing).rejects.toThrow(/the models do not compile: definitions\/bad\.sqlx: .*nowhere/);
    const broken = compileLab((dir) => writeFile(join(dir, 'definitions/bad.js'), 'nonsense('));
    await expect(broken).rejects.toThrow('the models do not compile: definitions/bad.js: Unexpected token');
  });
});

describe('what is meant', () => {
  const built = async (names: readonly string[], tags: readonly string[] = []) => (await lab.runAll({ selection: { names, tags } })).map(({ name }) => name);

  test('a name is the model with its tests', async () => {
    await lab.runAll();
    expect(await built(['dim_customers'])).toEqual([
      'marts.dim_customers',
      'model_tests.marts_dim_customers_assertions_rowConditions',
      'model_tests.dim_customers__city__null_ratio',
    ]);
  });

  test('name+ takes what depends on it, +name what it depends on', async () => {
    await lab.runAll();
    expect(await built(['fct_orders+'])).toEqual(expect.arrayContaining(['marts.fct_orders', 'metrics.mtr_revenue', 'snapshots.snap_mtr_revenue__revenue']));
    expect(await built(['fct_orders+'])).not.toContain('marts.dim_customers');
    expect(await built(['+mtr_revenue'])).toEqual(expect.arrayContaining(['marts.fct_orders', 'metrics.mtr_revenue']));
    expect(await built(['+mtr_revenue'])).not.toContain('snapshots.snap_mtr_revenue__revenue');
  });

  test('a tag takes what has it', async () => {
    await lab.runAll();
    expect(await built([], ['critical'])).toEqual(['model_tests.fct_orders__unique']);
  });

  test('a name of nothing is a mistake', async () => {
    await expect(built(['nothing'])).rejects.toThrow('there is no model "nothing"');
  });
});
