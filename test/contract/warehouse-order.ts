import { describe, expect } from '@jest/globals';
import type { LoadPlan, Scope, Version } from '../../shared/warehouse/warehouse.ts';
import { test } from './known-gaps.ts';
import {
  COLUMNS,
  column,
  contents,
  done,
  emptying,
  type Lab,
  ledgerRow,
  loadPlan,
  makeReady,
  type OpenedWarehouse,
  openLab,
  unique,
  values,
} from './warehouse-lab.ts';

const DAY_1 = '2026-11-20T06:00:00Z';
const DAY_2 = '2026-11-21T06:00:00Z';

/** Three versions, oldest first, in the ways in which versions can differ. */
const SEQUENCES: readonly (readonly [string, Scope, readonly [Partial<Version>, Partial<Version>, Partial<Version>]])[] = [
  [
    'run times',
    'table',
    [
      { time: DAY_1, generation: '9' },
      { time: DAY_2, generation: '1' },
      { time: '2026-11-21T06:00:01Z', generation: '1' },
    ],
  ],
  ['generations, as numbers', 'table', [{ generation: '9' }, { generation: '10' }, { generation: '1700000000000000' }]],
  ['names', 'table', [{ rawObject: 'a' }, { rawObject: "a'" }, { rawObject: 'b' }]],
  [
    'time before generation before name',
    'table',
    [
      { generation: '7', rawObject: 'z' },
      { generation: '8', rawObject: 'a' },
      { time: DAY_2, generation: '1' },
    ],
  ],
  ['generations of one object', 'object', [{ generation: '9' }, { generation: '10' }, { generation: '100' }]],
];
const ORDERS = [
  [0, 1, 2],
  [2, 1, 0],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
] as const;

/** Order comes from the data, never from arrival. */
export function describeOrder(opened: () => OpenedWarehouse): void {
  describe('order', () => {
    test.each(SEQUENCES)('the newest stays in each order of %s (scope %s)', async (_name, scope, versions) => {
      for (const order of ORDERS.slice(0, opened().orders)) {
        const lab = await openLab(opened(), { scope });
        for (const index of order)
          await loadPlan(
            lab,
            await lab.plan(versions[index], [
              { id: '1', v: `version ${index}` },
              { id: `only ${index}`, v: `version ${index}` },
            ]),
          );
        expect([order, await contents(lab)]).toEqual([order, ['version 2', 'version 2']]);
      }
    });

    test('an older object after a newer one loads nothing', async () => {
      const lab = await openLab(opened());
      expect(await loadPlan(lab, await lab.plan({ time: DAY_2, rawObject: 'b' }, [{ id: '1', v: 'newer' }]))).toBe(1);
      expect(await loadPlan(lab, await lab.plan({ time: DAY_1, rawObject: 'a' }, [{ id: '2', v: 'older' }]))).toBe(0);
      expect(await contents(lab)).toEqual(['newer']);
    });

    test.each<Scope>(['table', 'object', 'generation'])('the same object twice is there once (scope %s)', async (scope) => {
      const lab = await openLab(opened(), { scope });
      const rows = [
        { id: '1', v: 'a' },
        { id: '2', v: 'b' },
      ];
      expect(await loadPlan(lab, await lab.plan({}, rows))).toBe(2);
      expect(await loadPlan(lab, await lab.plan({}, rows))).toBe(2);
      expect(await contents(lab)).toEqual(['a', 'b']);
    });

    test.each<[Scope, number]>([
      ['table', 0],
      ['object', 0],
      ['generation', 1],
      [{ columns: ['id'] }, 1],
    ])('an object that became ready before a newer one without rows was loaded comes too late (scope %j)', async (scope, rows) => {
      const lab = await openLab(opened(), { scope });
      const older = await lab.plan({}, [{ id: '1', v: 'older' }]);
      await makeReady(lab, older);
      const empty = await lab.plan({ time: DAY_2 }, []);
      await loadPlan(lab, empty);
      done(await lab.warehouse.record(unique('job'), ledgerRow(empty, { rows: 0, loaded: 0 })));
      expect(done(await lab.warehouse.apply(unique('job'), older)).loaded).toBe(rows);
    });

    test('what an emptied table has had keeps nothing out, and what is loaded afterwards does', async () => {
      const lab = await openLab(opened());
      const newest = await lab.plan({ time: DAY_2, rawObject: 'b' }, [{ id: '1', v: 'newest' }]);
      await loadPlan(lab, newest);
      done(await lab.warehouse.record(unique('job'), ledgerRow(newest)));
      for (let times = 1; times <= 2; times += 1) await lab.warehouse.empty(emptying(newest));
      const ledger = `SELECT outcome, loaded FROM ops.loads WHERE stream = '${newest.stream}' ORDER BY outcome`;
      expect(await values(lab.warehouse, ledger)).toEqual([
        ['emptied', 0],
        ['loaded', 1],
      ]);

      const older = await lab.plan({ generation: '2', rawObject: 'a' }, [{ id: '1', v: 'older' }]);
      expect((await makeReady(lab, older)).newer).toBe(0);
      expect(done(await lab.warehouse.apply(unique('job'), older)).loaded).toBe(1);
      expect(await lab.warehouse.verifyAndRepair(older)).toBe(0);
      done(await lab.warehouse.record(unique('job'), ledgerRow(older)));
      expect(await contents(lab)).toEqual(['older']);
      expect((await makeReady(lab, await lab.plan({ rawObject: 'a' }, []))).newer).toBe(1);
    });

    test.each(['refused', 'failed'] as const)('an object that was %s has had nothing in an emptied table', async (outcome) => {
      const lab = await openLab(opened());
      const plan = await lab.plan({}, []);
      done(await lab.warehouse.record(unique('job'), ledgerRow(plan, { outcome })));
      await lab.warehouse.empty(emptying(plan));
      expect(await values(lab.warehouse, `SELECT outcome FROM ops.loads WHERE stream = '${plan.stream}'`)).toEqual([[outcome]]);
    });

    test('an object replaces only its own earlier generation (scope object)', async () => {
      const lab = await openLab(opened(), { scope: 'object' });
      await loadPlan(lab, await lab.plan({ rawObject: 'a', generation: '5' }, [{ id: '1', v: 'a5' }]));
      await loadPlan(lab, await lab.plan({ rawObject: 'b', generation: '4', time: DAY_2 }, [{ id: '1', v: 'b4' }]));
      await loadPlan(lab, await lab.plan({ rawObject: 'a', generation: '6' }, [{ id: '1', v: 'a6' }]));
      expect(await contents(lab)).toEqual(['a6', 'b4']);
    });

    test('each value keeps the rows of its newest version in each order (scope of columns)', async () => {
      for (const order of ORDERS.slice(0, opened().orders)) {
        const lab = await openLab(opened(), { scope: { columns: ['id', 'k'] }, key: [], columns: [...COLUMNS, column('k', 'INT64')] });
        for (const index of order) {
          const rows = [1, index + 2].flatMap((k) => [
            { id: 'a', k, v: `a${k} of ${index}` },
            { id: 'a', k, v: `a${k} of ${index}` },
          ]);
          await loadPlan(lab, await lab.plan({ generation: String(index + 9), rawObject: `object ${index}` }, rows));
        }
        const kept = ['a1 of 2', 'a2 of 0', 'a3 of 1', 'a4 of 2'].flatMap((v) => [v, v]);
        expect([order, await contents(lab)]).toEqual([order, kept]);
      }
    });

    test('the same object twice is there once, beside what others own (scope of columns)', async () => {
      const lab = await openLab(opened(), { scope: { columns: ['id'] } });
      await loadPlan(lab, await lab.plan({ time: DAY_2, rawObject: 'b' }, [{ id: '1', v: 'newer' }]));
      const rows = [
        { id: '1', v: 'older' },
        { id: '2', v: 'own' },
      ];
      expect(await loadPlan(lab, await lab.plan({ rawObject: 'a' }, rows))).toBe(1);
      expect(await loadPlan(lab, await lab.plan({ rawObject: 'a' }, rows))).toBe(1);
      expect(await contents(lab)).toEqual(['newer', 'own']);
    });

    test('every generation stays (scope generation)', async () => {
      const lab = await openLab(opened(), { scope: 'generation' });
      for (const generation of ['2', '1', '3']) await loadPlan(lab, await lab.plan({ generation }, [{ id: '1', v: generation }]));
      expect(await contents(lab)).toEqual(['1', '2', '3']);
    });
  });

  describe('counts', () => {
    test.each<[Scope, number]>([
      ['table', 3],
      ['object', 1],
      ['generation', 0],
      [{ columns: ['id'] }, 2],
    ])('older rows are those in scope %j', async (scope, older) => {
      const lab = await openLab(opened(), { scope: 'generation' });
      await loadPlan(lab, await lab.plan({ generation: '9', rawObject: 'a' }, [{ id: '1' }]));
      await loadPlan(lab, await lab.plan({ generation: '1', rawObject: 'b' }, [{ id: '1' }, { id: '2' }]));
      await loadPlan(lab, await lab.plan({ time: DAY_2, rawObject: 'c' }, [{ id: '1' }]));
      expect(await makeReady(lab, await lab.plan({ generation: '10', rawObject: 'a' }, [{ id: '1' }], { scope }))).toEqual({
        rows: 1,
        ready: 1,
        older,
        newer: 0,
      });
    });

    test.each<[Scope, number]>([
      ['table', 5],
      ['object', 3],
      ['generation', 0],
      [{ columns: ['id'] }, 0],
    ])('newer objects are those the ledger has as loaded, or as duplicates, in scope %j', async (scope, newer) => {
      const lab = await openLab(opened(), { scope });
      const plan = await lab.plan({ rawObject: 'm', generation: '9' }, []);
      const rows = [
        { raw_generation: '10' },
        { raw_generation: '1000', rows: 0, loaded: 0 },
        { raw_object: 'a', raw_generation: '1', run_time: DAY_2 },
        { raw_object: 'n' },
        { raw_object: 'a' },
        { raw_generation: '8' },
        {},
        { raw_object: 'n', run_time: '2026-11-19T06:00:00Z', raw_generation: '99' },
        { raw_generation: '11', outcome: 'duplicate' as const },
        { raw_generation: '11', outcome: 'refused' as const },
        { raw_generation: '11', outcome: 'superseded' as const },
        { raw_generation: '11', stream: unique('other') },
        { raw_generation: '11', source: 'other' },
      ];
      for (const row of rows) done(await lab.warehouse.record(unique('job'), ledgerRow(plan, row)));
      expect((await makeReady(lab, plan)).newer).toBe(newer);
    });
  });

  describe('verification', () => {
    test.each<Scope>(['table', 'object', 'generation'])('a sound table is left alone (scope %s)', async (scope) => {
      const lab = await openLab(opened(), { scope });
      const plan = await lab.plan({ generation: '2' }, [
        { id: '1', v: 'a' },
        { id: '2', v: 'b' },
      ]);
      expect(await lab.warehouse.verifyAndRepair(plan)).toBe(0);
      await loadPlan(lab, plan);
      expect(await lab.warehouse.verifyAndRepair(plan)).toBe(0);
      expect(await contents(lab)).toEqual(['a', 'b']);
    });

    test.each<[Scope, readonly string[]]>([
      ['table', []],
      ['object', ['b']],
      ['generation', ['a', 'b']],
      [{ columns: ['id'] }, ['a', 'b']],
    ])('what is older than a load in the ledger goes, though that has left no row (scope %j)', async (scope, kept) => {
      const lab = await openLab(opened(), { scope: 'generation' });
      for (const rawObject of ['a', 'b']) await loadPlan(lab, await lab.plan({ rawObject }, [{ id: rawObject, v: rawObject }]));
      const empty = await lab.plan({ rawObject: 'a', time: DAY_2 }, [], { scope });
      for (const outcome of ['refused', 'superseded'] as const) done(await lab.warehouse.record(unique('job'), ledgerRow(empty, { outcome })));
      done(await lab.warehouse.record(unique('job'), ledgerRow(empty, { stream: unique('other') })));
      if (scope !== 'table') expect(await lab.warehouse.verifyAndRepair(empty)).toBe(0);
      done(await lab.warehouse.record(unique('job'), ledgerRow(empty, { rows: 0, loaded: 0 })));
      await lab.warehouse.verifyAndRepair(empty);
      expect(await contents(lab)).toEqual(kept);
      expect(await lab.warehouse.verifyAndRepair(empty)).toBe(0);
    });

    test.each<[Scope, readonly string[]]>([
      ['table', ['c1']],
      ['object', ['a10', 'b3', 'c1']],
      ['generation', ['a10', 'a9', 'b3', 'c1']],
      [{ columns: ['id'] }, ['b3', 'c1']],
    ])('what is not the newest of its scope goes (scope %j)', async (scope, kept) => {
      const lab = await openLab(opened(), { scope: 'generation' });
      const plan = await brokenPlan(lab);
      expect(await lab.warehouse.verifyAndRepair({ ...plan, scope })).toBe(4 - kept.length);
      expect(await contents(lab)).toEqual(kept);
      expect(await lab.warehouse.verifyAndRepair({ ...plan, scope })).toBe(0);
    });

    test('a copy goes, and other versions stay (scope generation)', async () => {
      const lab = await openLab(opened(), { scope: 'generation', key: [] });
      await loadPlan(lab, await lab.plan({ generation: '1' }, [{ v: 'earlier' }]));
      await loadPlan(lab, await lab.plan({ generation: '9', rawObject: 'other' }, [{ v: 'other' }]));
      const plan = await lab.plan({ generation: '2' }, [
        { _row: 1, v: 'copied' },
        { _row: 1, v: 'copied' },
      ]);
      await loadPlan(lab, plan);
      expect(await lab.warehouse.verifyAndRepair(plan)).toBe(1);
      expect(await contents(lab)).toEqual(['copied', 'earlier', 'other']);
    });

    test.each<Scope>(['table', 'object', 'generation'])('of a row that is there twice one goes (scope %s)', async (scope) => {
      const lab = await openLab(opened(), { scope, key: [] });
      const rows = [
        { _row: 1, v: 'a' },
        { _row: 2, v: 'b' },
        { _row: 1, v: 'a' },
        { _row: 1, v: 'a' },
      ];
      const plan = await lab.plan({}, rows);
      expect(await loadPlan(lab, plan)).toBe(4);
      expect(await lab.warehouse.verifyAndRepair(plan)).toBe(2);
      expect(await contents(lab)).toEqual(['a', 'b']);
    });
  });
}

/** Four versions of three objects in one table, which only scope `generation` allows. */
async function brokenPlan(lab: Lab): Promise<LoadPlan> {
  const versions = [
    { rawObject: 'a', generation: '9' },
    { rawObject: 'a', generation: '10' },
    { rawObject: 'b', generation: '3' },
    { rawObject: 'c', generation: '1', time: DAY_2 },
  ];
  const plans: LoadPlan[] = [];
  for (const version of versions)
    plans.push(await lab.plan(version, [{ id: version.rawObject === 'b' ? '2' : '1', v: `${version.rawObject}${version.generation}` }]));
  for (const plan of plans) await loadPlan(lab, plan);
  return plans[0] as LoadPlan;
}
