import { describe, expect } from '@jest/globals';
import fc from 'fast-check';
import type { LoadPlan } from '../../shared/warehouse/warehouse.ts';
import { test } from './known-gaps.ts';
import { column, done, type Lab, type OpenedWarehouse, openLab, unique, values } from './warehouse-lab.ts';

const NAMES = [
  ...['', ' ', '/', '~', '~0', '~1', '~01', '/a/b', 'a/b', 'a.b', '.', '..', '$', '$.a', '$["a"]', '*', '**', '#', '#-1', '0', '[0]', '-', '-1', '01'],
  ...['"', "'", "''", '`', '\\', '\\"', '\n', '\r\n', '\t', '\u0000', 'a\u0000b', '\u2028', '\ufeff', '{', '}', ';', '--', '%', '_', '?', '@', '$1', ':a'],
  ...[
    'a',
    'A',
    'ä',
    'a\u0308',
    'İ',
    'ı',
    'ß',
    '😀',
    '👩‍👩‍👧',
    '\u{10ffff}',
    '\ue000',
    '__proto__',
    'constructor',
    'toString',
    'null',
    'select',
    'id',
    '_extra',
    '_row',
  ],
];
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

/** Members of `_extra` that become columns. */
export function describeSpread(opened: () => OpenedWarehouse): void {
  describe('spread', () => {
    test('every odd name becomes a column', async () => {
      await expectSpread(await openLab(opened()), NAMES);
    });

    test(`random names become columns (SEED=${SEED})`, async () => {
      const [names = []] = fc.sample(fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 40, maxLength: 60 }), {
        seed: SEED,
        numRuns: 1,
      });
      await expectSpread(await openLab(opened()), names);
    });

    test('text stays as it is, null is null, other values become their JSON text', async () => {
      const lab = await openLab(opened());
      const extra = { empty: '', text: ' "x" ', nothing: null, whole: 12, fraction: 2.5, yes: true, no: false, list: [1, 'a'], object: { a: { b: null } } };
      const plan = withSpread(await lab.plan({}, [{ _extra: extra }]), [...Object.keys(extra), 'missing']);
      const [row = []] = await readyRows(lab, plan);
      expect(row.slice(0, 7)).toEqual(['', ' "x" ', null, '12', '2.5', 'true', 'false']);
      expect(row.slice(7, 9).map((text) => JSON.parse(String(text)))).toEqual([extra.list, extra.object]);
      expect(row[9]).toBeNull();
    });

    test('without spread the extra fields stay together', async () => {
      const lab = await openLab(opened());
      const plan = await lab.plan({}, [{ _extra: { a: 1 } }]);
      done(await lab.warehouse.stage(unique('job'), plan));
      done(await lab.warehouse.ready(unique('job'), plan));
      const [[extra] = []] = await values(lab.warehouse, `SELECT _extra FROM ops_stage.${plan.ready.table}`);
      expect(JSON.parse(String(extra))).toEqual({ a: 1 });
    });

    test('the names of extra fields are distinct and sorted by code unit', async () => {
      const lab = await openLab(opened());
      const extras = [{ b: 1, a: 1 }, null, { a: 2, '\u{1f600}': 1 }, {}, { '\uffee': 1, B: null, '': 1 }];
      const plan = await lab.plan(
        {},
        extras.map((_extra) => ({ _extra })),
      );
      done(await lab.warehouse.stage(unique('job'), plan));
      expect(await lab.warehouse.extraFields(plan)).toEqual(['', 'B', 'a', 'b', '\u{1f600}', '\uffee']);
    });

    test('rows without a column for extra fields have none', async () => {
      const lab = await openLab(opened());
      const plan = await lab.plan({}, [{ v: 'a' }]);
      const without = { ...plan, rowColumns: plan.rowColumns.filter(({ name }) => name !== '_extra') };
      done(await lab.warehouse.stage(unique('job'), without));
      expect(await lab.warehouse.extraFields(without)).toEqual([]);
    });
  });
}

/** Every name holds its own value in one row, and is missing in the next. */
async function expectSpread(lab: Lab, names: readonly string[]): Promise<void> {
  const extra = Object.fromEntries(names.map((name, index) => [name, `value ${index} of ${name}`]));
  const plan = withSpread(
    await lab.plan({}, [
      { id: '1', _extra: extra },
      { id: '2', _extra: null },
    ]),
    names,
  );
  const rows = await readyRows(lab, plan);
  expect(await lab.warehouse.extraFields(plan)).toEqual([...names].sort());
  expect(rows[0]).toEqual([...names.map((name, index) => `value ${index} of ${name}`), null]);
  expect(rows[1]).toEqual([...names.map(() => null), null]);
}

function withSpread(plan: LoadPlan, names: readonly string[]): LoadPlan {
  const spread = names.map((field, index) => ({ field, column: `x_${index}` }));
  const columns = [...plan.target.columns, ...spread.map((each) => column(each.column, 'STRING'))];
  return { ...plan, spread, target: { ...plan.target, columns } };
}

/** The spread columns of the ready rows, and last their `_extra`. */
async function readyRows({ warehouse }: Lab, plan: LoadPlan): Promise<readonly (readonly unknown[])[]> {
  done(await warehouse.stage(unique('job'), plan));
  done(await warehouse.ready(unique('job'), plan));
  const columns = plan.spread.map((each) => each.column).join(', ');
  return values(warehouse, `SELECT ${columns}, _extra FROM ops_stage.${plan.ready.table} ORDER BY _row`);
}
