import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';
import { ConfigError } from '../../../shared/errors.ts';
import type { Column } from '../../../shared/warehouse/table.ts';
import type { LoadPlan } from '../../../shared/warehouse/warehouse.ts';
import { describeWarehouse } from '../../contract/warehouse.ts';
import { column, contents, count, done, loadPlan, openLab, tableSpec, unique, values } from '../../contract/warehouse-lab.ts';
import { locateIn, openTemporary, putIn, type TemporaryWarehouse } from './duckdb-temporary.ts';

describeWarehouse('DuckDB', openTemporary);

describe('DuckDB', () => {
  let opened: TemporaryWarehouse;
  beforeEach(async () => {
    opened = await openTemporary();
  });
  afterEach(() => opened.close());

  test('a query waits for no write', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { warehouse, close } = await openTemporary({}, () => gate.promise);
    const lab = await openLab({ ...opened, warehouse });
    const staged = warehouse.stage('a', await lab.plan({}, []));
    expect(await values(warehouse, 'SELECT 1')).toEqual([[1]]);
    gate.resolve(undefined);
    expect(await staged).toMatchObject({ state: 'failed', reason: 'notFound' });
    await close();
  });

  test('what a session makes for itself ends with it, and writes wait until then', async () => {
    const gate = Promise.withResolvers<undefined>();
    const order: string[] = [];
    const session = opened.warehouse.session(async ({ run, query }) => {
      await run('SET VARIABLE own = 1');
      await run('CREATE TEMP TABLE own AS SELECT 1 AS n');
      await gate.promise;
      order.push(`session ${(await query('SELECT n FROM own')).rows.join()}`);
    });
    const written = opened.warehouse.createTable(tableSpec([column('v', 'STRING')])).then(() => order.push('write'));
    expect(await values(opened.warehouse, "SELECT getvariable('own')")).toEqual([[null]]);
    gate.resolve(undefined);
    await Promise.all([session, written]);
    expect(order).toEqual(['session 1', 'write']);
    await expect(values(opened.warehouse, 'SELECT n FROM own')).rejects.toThrow('own');
  });

  test('a job that is asked for while it runs is waited for', async () => {
    const lab = await openLab(opened);
    const running = opened.warehouse.stage('a', await lab.plan({}, [{ v: 'a' }]));
    expect(await opened.warehouse.job('a')).toEqual({ state: 'done', result: { rows: 1 }, adopted: true });
    await running;
  });

  test('closing waits for what runs, and nothing runs afterwards', async () => {
    const lab = await openLab(opened);
    const plan = await lab.plan({}, [{ v: 'a' }]);
    const ended: string[] = [];
    const running = [
      lab.warehouse.stage('a', plan).then(({ state }) => ended.push(state)),
      lab.warehouse.query('SELECT COUNT(*) FROM range(50000000) AS t(n) WHERE n % 7 = 3').then(({ rows }) => ended.push(String(rows))),
    ];
    await opened.warehouse.close();
    await setImmediate();
    expect(ended.sort()).toEqual(['7142857', 'done']);
    await Promise.all(running);
    await expect(lab.warehouse.query('SELECT 1')).rejects.toMatchObject({ name: 'TransientError', rule: 'closed' });
    await expect(lab.warehouse.stage('b', plan)).rejects.toMatchObject({ name: 'TransientError', rule: 'closed' });
  });

  test('a file opened again has its tables, descriptions and jobs, and nothing that was staged', async () => {
    const lab = await openLab(opened);
    const plan = await lab.plan({}, [{ id: '1', v: 'a' }]);
    done(await lab.warehouse.stage('stage', plan));
    done(await lab.warehouse.ready('ready', plan));
    done(await lab.warehouse.apply('apply', plan));
    await opened.warehouse.close();
    const again = await openDuckDbWarehouse({ file: opened.file, locate: locateIn(opened.dir) });
    expect(await again.apply('apply', plan)).toEqual({ state: 'done', result: { loaded: 1 }, adopted: true });
    expect([await again.job('stage'), await again.job('ready')]).toEqual([undefined, undefined]);
    await expect(count(again, plan.stage)).rejects.toThrow();
    expect(await again.columns(lab.target)).toEqual(lab.target.columns);
    await again.close();
  });

  test('a file in which rows were staged once is cleared of them', async () => {
    await opened.warehouse.close();
    const instance = await DuckDBInstance.create(opened.file);
    const connection = await instance.connect();
    await connection.run('CREATE SCHEMA ops_stage');
    await connection.run('CREATE TABLE ops_stage.left_over (v VARCHAR)');
    connection.closeSync();
    instance.closeSync();
    const again = await openDuckDbWarehouse({ file: opened.file, locate: locateIn(opened.dir) });
    const lab = await openLab({ ...opened, warehouse: again });
    done(await again.stage('a', await lab.plan({}, [{ id: '1', v: 'a' }])));
    await again.close();
  });

  test('a file opened twice in one process loses nothing', async () => {
    const first = await openLab(opened);
    const other = await openDuckDbWarehouse({ file: opened.file, locate: locateIn(opened.dir) });
    const second = await openLab({ ...opened, warehouse: other });
    await loadPlan(first, await first.plan({}, [{ id: '1', v: 'first' }]));
    await loadPlan(second, await second.plan({}, [{ id: '1', v: 'second' }]));
    expect(await values(opened.warehouse, `SELECT a.v, b.v FROM ${first.table} AS a, ${second.table} AS b`)).toEqual([['first', 'second']]);
    await other.close();
    expect(await contents(first)).toEqual(['first']);
  });

  test('a job that runs out of memory failed for now', async () => {
    const small = await openTemporary({ memory_limit: '24MB', max_temp_directory_size: '0KB', threads: '1' });
    const lab = await openLab(small, { key: [] });
    const v = 'x'.repeat(1_000_000);
    const plan = await lab.plan(
      {},
      Array.from({ length: 30 }, (_, index) => ({ id: String(index), v })),
    );
    const failure = { state: 'failed', transient: true, reason: 'outOfMemory' };
    expect(await small.warehouse.stage('a', plan)).toMatchObject({ ...failure, adopted: false });
    expect(await small.warehouse.stage('a', plan)).toMatchObject({ ...failure, adopted: true });
    expect(await values(small.warehouse, 'SELECT 1')).toEqual([[1]]);
    await small.close();
  });

  test('a stage that another delivery has dropped is missed for now', async () => {
    const lab = await openLab(opened);
    await expect(lab.warehouse.extraFields(await lab.plan({}, []))).rejects.toMatchObject({ name: 'TransientError', rule: 'notFound' });
  });

  test('a number inside JSON is written anew, a whole number of any length stays exact', async () => {
    const lab = await openLab(opened);
    const extra = '{"a":1e5,"b":-0,"c":1.10,"d":123456789012345678901234567890,"e":0.12345678901234567890}';
    await loadPlan(lab, await lab.plan({}, [`"_row":1,"_extra":${extra}`]));
    const written = '{"a":100000.0,"b":0,"c":1.1,"d":123456789012345678901234567890,"e":0.12345678901234568}';
    expect(await values(lab.warehouse, `SELECT _extra FROM ${lab.table}`)).toEqual([[written]]);
  });

  test('a line that is null, an array or a bare value fails the object', async () => {
    const lab = await openLab(opened);
    const plan = await lab.plan({}, []);
    for (const line of ['null', '[1]', '"x"', '{"_row":1}{"_row":2}']) {
      const name = unique('odd');
      await putIn(opened.dir, 'clean', name, `${line}\n`);
      const odd = { ...plan, object: { ...plan.object, name } };
      expect([line, await lab.warehouse.stage(unique('job'), odd)]).toEqual([line, expect.objectContaining({ state: 'failed', reason: 'invalid' })]);
    }
  });

  test('the object itself is read where its path is also a pattern for others', async () => {
    const lab = await openLab(opened);
    const plan = await lab.plan({}, [{ v: 'decoy' }]);
    const text = await readFile(await existingPath(opened.dir, plan.object), 'utf8');
    for (const [bucket, v] of [
      ['b[1]?*', 'read'],
      ['b1xx', 'decoy'],
    ] as const) {
      await putIn(opened.dir, bucket, 'x', text.replace('decoy', v));
    }
    await loadPlan(lab, { ...plan, object: { bucket: 'b[1]?*', name: 'x', generation: '1' } });
    expect(await contents(lab)).toEqual(['read']);
  });

  test('a table has its description', async () => {
    const spec = tableSpec([column('a', 'STRING')], { description: "it's a table" });
    await opened.warehouse.createTable(spec);
    expect(await values(opened.warehouse, `SELECT comment FROM duckdb_tables() WHERE table_name = '${spec.table}'`)).toEqual([["it's a table"]]);
  });

  test('a path that DuckDB would misread is refused', async () => {
    const file = join(opened.dir, 'what?.duckdb');
    await expect(openDuckDbWarehouse({ file, locate: locateIn(opened.dir) })).rejects.toBeInstanceOf(ConfigError);
  });

  test("a dataset with the database file's name is refused", async () => {
    const spec = tableSpec([column('a', 'STRING')], { dataset: 'Warehouse' });
    await expect(opened.warehouse.createTable(spec)).rejects.toMatchObject({ name: 'PermanentError', message: expect.stringContaining('rename the file') });
  });

  test.each(['', 'a\0b'])('a name that cannot be one is refused: %j', async (name) => {
    const spec = tableSpec([column('a', 'STRING')]);
    await opened.warehouse.createTable(spec);
    for (const refused of [() => opened.warehouse.addColumns(spec, [column(name, 'STRING')]), () => opened.warehouse.createTable({ ...spec, table: name })]) {
      await expect(refused()).rejects.toMatchObject({ name: 'PermanentError', rule: 'invalid' });
    }
    expect(await opened.warehouse.columns(spec)).toEqual(spec.columns);
  });

  test.each<[string, Column, Column, readonly string[], readonly unknown[]]>([
    ['STRING to INT64', column('x', 'STRING', { description: 'kept' }), column('x', 'INT64'), ['"12"', 'null'], [12, null]],
    ['FLOAT64 to NUMERIC', column('x', 'FLOAT64'), column('x', 'NUMERIC', { precision: 18 }), ['1.5'], ['1.500000000']],
    ['a wider NUMERIC', column('x', 'NUMERIC', { precision: 18 }), column('x', 'NUMERIC', { precision: 38 }), ['"1.5"'], ['1.500000000']],
    ['TIMESTAMP to DATETIME', column('x', 'TIMESTAMP'), column('x', 'DATETIME'), ['"2026-11-20T23:30:00Z"'], ['2026-11-20T23:30:00']],
    ['DATETIME to TIMESTAMP', column('x', 'DATETIME'), column('x', 'TIMESTAMP'), ['"2026-11-20T23:30:00"'], ['2026-11-20T23:30:00Z']],
    ['INT64 to STRING', column('x', 'INT64', { mode: 'REQUIRED' }), column('x', 'STRING'), ['"9223372036854775807"'], ['9223372036854775807']],
  ])('a migration keeps values, mode and description: %s', async (_name, from, to, texts, expected) => {
    const lab = await openLab(opened, { columns: [from], key: [] });
    await loadPlan(
      lab,
      await lab.plan(
        {},
        texts.map((text, index) => `"_row":${index + 1},"x":${text}`),
      ),
    );
    const statements = lab.warehouse.migration(lab.target, to);
    expect(await lab.warehouse.columns(lab.target)).toEqual(lab.target.columns);
    await opened.warehouse.close();
    await runElsewhere(opened.file, statements.join('\n'));
    const again = await openDuckDbWarehouse({ file: opened.file, locate: locateIn(opened.dir) });
    expect((await values(again, `SELECT x FROM ${lab.table} ORDER BY _row`)).flat()).toEqual(expected);
    expect((await again.columns(lab.target))?.[0]).toEqual({ ...to, mode: from.mode, description: from.description });
    await again.close();
  });

  test('a table that is not there cannot get columns', async () => {
    await expect(opened.warehouse.addColumns({ dataset: 'crm', table: 'none' }, [column('a', 'STRING')])).rejects.toMatchObject({ rule: 'notFound' });
  });

  test('a name of any characters is a name', async () => {
    const odd = tableSpec([column('a"b; DROP', 'STRING', { description: "'; --" })], { dataset: 'd\'"s.x', table: 'ta"ble `x` 😀' });
    await opened.warehouse.createTable(odd);
    await opened.warehouse.addColumns(odd, [column('é', 'JSON')]);
    expect(await opened.warehouse.columns(odd)).toEqual([...odd.columns, column('é', 'JSON')]);
  });

  test('a change that fails in the middle changes nothing', async () => {
    const spec = tableSpec([column('a', 'STRING')]);
    await opened.warehouse.createTable(spec);
    await expect(opened.warehouse.addColumns(spec, [column('b', 'STRING'), column('', 'STRING')])).rejects.toThrow();
    expect(await opened.warehouse.columns(spec)).toEqual(spec.columns);
    expect(await count(opened.warehouse, spec)).toBe(0);
  });
});

async function existingPath(dir: string, { bucket, name, generation }: LoadPlan['object']): Promise<string> {
  const path = await locateIn(dir)(bucket, name, generation);
  if (path === undefined) throw new Error(`${name} is not there`);
  return path;
}

/** Runs statements as a person would: with DuckDB alone, in another time zone. */
async function runElsewhere(file: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'Asia/Tokyo'");
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}
