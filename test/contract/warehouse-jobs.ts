import { describe, expect } from '@jest/globals';
import { LOADS, LOADS_TABLE } from '../../shared/warehouse/ledger.ts';
import { test } from './known-gaps.ts';
import { contents, count, done, ledgerRow, loadPlan, makeReady, type OpenedWarehouse, openLab, refused, unique, values } from './warehouse-lab.ts';

/** Job ids: at most once each, atomic, and known afterwards. */
export function describeJobs(opened: () => OpenedWarehouse): void {
  describe('jobs', () => {
    test('a stage job that is called again changes nothing', async () => {
      const lab = await openLab(opened());
      const plan = await lab.plan({}, [{ v: 'a' }]);
      const other = { ...(await lab.plan({}, [{ v: 'b' }, { v: 'c' }])), stage: plan.stage };
      const id = unique('job');
      expect(await lab.warehouse.stage(id, plan)).toEqual({ state: 'done', result: { rows: 1 }, adopted: false });
      expect(await lab.warehouse.stage(id, other)).toEqual({ state: 'done', result: { rows: 1 }, adopted: true });
      expect(await count(lab.warehouse, plan.stage)).toBe(1);
    });

    test('a ready job that is called again changes nothing', async () => {
      const lab = await openLab(opened(), { key: [] });
      const plan = await lab.plan({}, [{ id: '1' }, { id: '1' }]);
      const id = unique('job');
      done(await lab.warehouse.stage(unique('job'), plan));
      const result = { rows: 2, ready: 2, older: 0, newer: 0 };
      expect(await lab.warehouse.ready(id, plan)).toEqual({ state: 'done', result, adopted: false });
      expect(await lab.warehouse.ready(id, { ...plan, key: ['id'] })).toEqual({ state: 'done', result, adopted: true });
      expect(await count(lab.warehouse, plan.ready)).toBe(2);
    });

    test('an apply job that is called again changes nothing', async () => {
      const lab = await openLab(opened());
      const first = await lab.plan({ generation: '1' }, [{ id: '1', v: 'first' }]);
      const second = await lab.plan({ generation: '2' }, [{ id: '1', v: 'second' }]);
      await makeReady(lab, first);
      await makeReady(lab, second);
      const id = unique('job');
      expect(await lab.warehouse.apply(id, first)).toEqual({ state: 'done', result: { loaded: 1 }, adopted: false });
      expect(await lab.warehouse.apply(id, second)).toEqual({ state: 'done', result: { loaded: 1 }, adopted: true });
      expect(await contents(lab)).toEqual(['first']);
    });

    test('a record job that is called again adds no row', async () => {
      const lab = await openLab(opened());
      const plan = await lab.plan({}, []);
      const id = unique('job');
      expect(await lab.warehouse.record(id, ledgerRow(plan))).toEqual({ state: 'done', result: null, adopted: false });
      expect(await lab.warehouse.record(id, ledgerRow(plan, { outcome: 'failed' }))).toEqual({ state: 'done', result: null, adopted: true });
      expect(await values(lab.warehouse, `SELECT outcome FROM ops.loads WHERE stream = '${plan.stream}'`)).toEqual([['loaded']]);
    });

    test('the first owner keeps what it claims', async () => {
      const { warehouse } = opened();
      const id = unique('claim');
      expect(await warehouse.claim(id, "it's \u0000 😀")).toEqual({ state: 'done', result: "it's \u0000 😀", adopted: false });
      expect(await warehouse.claim(id, 'other')).toEqual({ state: 'done', result: "it's \u0000 😀", adopted: true });
    });

    test('a job that is called by several at once runs once', async () => {
      const lab = await openLab(opened(), { key: [] });
      const plan = await lab.plan({}, [{ v: 'a' }, { v: 'b' }]);
      const row = ledgerRow(plan);
      const ids = [unique('job'), unique('job'), unique('job'), unique('job')] as const;
      for (const call of [
        () => lab.warehouse.stage(ids[0], plan),
        () => lab.warehouse.ready(ids[1], plan),
        () => lab.warehouse.apply(ids[2], plan),
        () => lab.warehouse.record(ids[3], row),
      ]) {
        const outcomes = await Promise.all([call(), call(), call()]);
        expect(outcomes.map(({ state, adopted }) => `${state} ${adopted}`).sort()).toEqual(['done false', 'done true', 'done true']);
      }
      expect(await contents(lab)).toEqual(['a', 'b']);
      expect(await count(lab.warehouse, LOADS, `WHERE stream = '${plan.stream}'`)).toBe(1);
    });

    test('a job that failed keeps its failure, even where it would succeed now', async () => {
      const lab = await openLab(opened());
      const bad = await lab.plan({}, ['"_row":"one"']);
      const good = { ...(await lab.plan({}, [{ v: 'a' }])), stage: bad.stage };
      const id = unique('job');
      const failure = refused(await lab.warehouse.stage(id, bad));
      expect(failure.adopted).toBe(false);
      expect(await lab.warehouse.stage(id, good)).toEqual({ ...failure, adopted: true });
      expect(await lab.warehouse.job(id)).toEqual({ ...failure, adopted: true });
      expect(done(await lab.warehouse.stage(unique('job'), good))).toEqual({ rows: 1 });
    });

    test('an apply that fails leaves the table as it was', async () => {
      const lab = await openLab(opened());
      await loadPlan(lab, await lab.plan({ generation: '1' }, [{ id: '1', v: 'kept' }]));
      const newer = await lab.plan({ generation: '2' }, [{ id: '1', v: 'lost' }]);
      const broken = { ...newer, target: { ...newer.target, columns: newer.target.columns.filter(({ name }) => name !== 'load_timestamp') } };
      await makeReady(lab, broken);
      expect(refused(await lab.warehouse.apply(unique('job'), broken)).reason).toBe('invalid');
      expect(await contents(lab)).toEqual(['kept']);
    });

    test('an id nobody used is unknown', async () => {
      expect(await opened().warehouse.job(unique('job'))).toBeUndefined();
    });

    test('a job is known by its id, once it has ended', async () => {
      const lab = await openLab(opened());
      const plan = await lab.plan({}, [{ v: 'a' }]);
      const id = unique('job');
      done(await lab.warehouse.stage(id, plan));
      expect(await lab.warehouse.job(id)).toEqual({ state: 'done', result: { rows: 1 }, adopted: true });
    });

    test('a ledger row keeps every value', async () => {
      const { warehouse } = opened();
      await warehouse.createTable(LOADS_TABLE);
      const lab = await openLab(opened());
      const plan = await lab.plan({ generation: '9223372036854775807' }, []);
      const row = ledgerRow(plan, { outcome: 'refused', rule: "it's", message: 'two\nlines \u0000 😀 $1 `x`', accept: 'drop', rows: 2 ** 53 - 1, ms: 0 });
      done(await warehouse.record(unique('job'), row));
      const names = LOADS_TABLE.columns.map(({ name }) => name);
      const [found = []] = await values(warehouse, `SELECT ${names.map((name) => `\`${name}\``).join(', ')} FROM ops.loads WHERE stream = '${plan.stream}'`);
      expect(Object.fromEntries(names.map((name, index) => [name, found[index]]))).toEqual(row);
    });

    test('stage and ready tables go, whether they are there or not', async () => {
      const lab = await openLab(opened());
      const plan = await lab.plan({}, [{ v: 'a' }]);
      await lab.warehouse.dropStage(plan);
      await makeReady(lab, plan);
      await lab.warehouse.dropStage(plan);
      await lab.warehouse.dropStage(plan);
      expect(await lab.warehouse.columns(plan.stage)).toBeUndefined();
      expect(await lab.warehouse.columns(plan.ready)).toBeUndefined();
    });

    test('names and objects of any characters are only names', async () => {
      const lab = await openLab(opened());
      const plan = await lab.plan({ rawObject: `'; DROP TABLE ${lab.table}; --` }, [{ id: "'); --", v: 'a' }], { loadedAt: "2026-11-21T00:00:00Z'" });
      done(await lab.warehouse.stage(unique('job'), plan));
      refused(await lab.warehouse.ready(unique('job'), plan));
      done(await lab.warehouse.ready(unique('job'), { ...plan, loadedAt: '2026-11-21T00:00:00Z' }));
      done(await lab.warehouse.apply(unique('job'), plan));
      expect(await contents(lab)).toEqual(['a']);
      expect(refused(await lab.warehouse.apply(unique('job'), { ...plan, version: { ...plan.version, generation: '1 OR 1=1' } })).reason).toBe('invalid');
    });
  });
}
