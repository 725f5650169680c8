import { describe, expect } from '@jest/globals';
import type { Column } from '../../shared/warehouse/table.ts';
import { test } from './known-gaps.ts';
import {
  COLUMNS,
  column,
  contents,
  count,
  done,
  LOADED_AT,
  loadPlan,
  makeReady,
  type OpenedWarehouse,
  openLab,
  refused,
  unique,
  values,
} from './warehouse-lab.ts';

type Value = string | number | boolean | null;

/** Type, the value's JSON, what a query gives back (`undefined`: the value itself). */
const VALUES: readonly (readonly [string, Partial<Column>, string, Value?])[] = [
  ['the greatest INT64', { type: 'INT64' }, '"9223372036854775807"'],
  ['the least INT64', { type: 'INT64' }, '"-9223372036854775808"'],
  ['an INT64 as a number', { type: 'INT64' }, '9007199254740991'],
  ['an INT64 as text', { type: 'INT64' }, '"12"', 12],
  ['the smallest FLOAT64', { type: 'FLOAT64' }, '5e-324'],
  ['the greatest FLOAT64', { type: 'FLOAT64' }, '1.7976931348623157e308'],
  ['a FLOAT64', { type: 'FLOAT64' }, '0.1'],
  ['the greatest NUMERIC', { type: 'NUMERIC', precision: 18 }, '"999999999.999999999"'],
  ['the least NUMERIC', { type: 'NUMERIC', precision: 18 }, '"-999999999.999999999"'],
  ['the smallest NUMERIC', { type: 'NUMERIC', precision: 18 }, '"0.000000001"'],
  ['the greatest wide NUMERIC', { type: 'NUMERIC', precision: 38 }, '"99999999999999999999999999999.999999999"'],
  ['true', { type: 'BOOL' }, 'true'],
  ['false', { type: 'BOOL' }, 'false'],
  ['the first DATE', { type: 'DATE' }, '"0001-01-01"'],
  ['the last DATE', { type: 'DATE' }, '"9999-12-31"'],
  ['a leap day', { type: 'DATE' }, '"2028-02-29"'],
  ['a DATETIME', { type: 'DATETIME' }, '"2026-11-20T06:00:00"'],
  ['a DATETIME with microseconds', { type: 'DATETIME' }, '"9999-12-31T23:59:59.999999"'],
  ['a TIMESTAMP', { type: 'TIMESTAMP' }, '"2026-11-20T06:00:00Z"'],
  ['a TIMESTAMP with a fraction', { type: 'TIMESTAMP' }, '"2026-11-20T06:00:00.5Z"'],
  ['the first TIMESTAMP', { type: 'TIMESTAMP' }, '"0001-01-01T00:00:00Z"'],
  ['the last TIMESTAMP', { type: 'TIMESTAMP' }, '"9999-12-31T23:59:59.999999Z"'],
  ['a TIMESTAMP before 1970', { type: 'TIMESTAMP' }, '"1969-12-31T23:59:59.999999Z"'],
  ['an empty STRING', { type: 'STRING' }, '""'],
  ['a STRING of zeros', { type: 'STRING' }, '"00123"'],
  ['a STRING with NUL', { type: 'STRING' }, '"\\u0000a\\u0000"'],
  ['a STRING with an emoji and line ends', { type: 'STRING' }, JSON.stringify('😀 é e\u0301 \u2028\u2029 \r\n\t"\\/')],
  ['a JSON object', { type: 'JSON' }, '{"a":[1,"x",null,true,{"":2.5}],"😀":"\\u0000"}'],
  ['a JSON text', { type: 'JSON' }, '"text"'],
  ['a JSON number', { type: 'JSON' }, '12'],
  ['no value', { type: 'INT64' }, 'null'],
  ['no JSON', { type: 'JSON' }, 'null'],
];

/** Members of a row that must fail; TIGER is a value, which no message may repeat. */
const MISFITS: readonly (readonly [string, string])[] = [
  ['a word as INT64', '"n":"TIGER"'],
  ['an INT64 that is too great', '"n":"9223372036854775808"'],
  ['a word as NUMERIC', '"m":"TIGER"'],
  ['a NUMERIC that is too great', '"m":"1000000000"'],
  ['a day that is none', '"d":"2026-02-30"'],
  ['a word as TIMESTAMP', '"t":"TIGER"'],
  ['a word as BOOL', '"b":"TIGER"'],
  ['an object as INT64', '"n":{"TIGER":1}'],
  ['an unknown member', '"v":"TIGER","stranger":1'],
  ['a known name in another case', '"V":"TIGER"'],
  ['no ordinal', '"_row":null,"v":"TIGER"'],
  ['half a line', '"v":"TIGER'],
  ['a lone surrogate', '"v":"TIGER\\ud83d"'],
];

/** What rows become in stage, ready and target. */
export function describeRows(opened: () => OpenedWarehouse): void {
  describe('rows', () => {
    test.each(VALUES)('%s arrives as it is', async (_name, changes, json, expected = JSON.parse(json)) => {
      const lab = await openLab(opened(), { columns: [column('x', 'STRING', changes)], key: [] });
      expect(await loadPlan(lab, await lab.plan({}, [`"_row":1,"x":${json}`, '"_row":2']))).toBe(2);
      const [[first], [second]] = (await values(lab.warehouse, `SELECT x FROM ${lab.table} ORDER BY _row`)) as [[Value], [Value]];
      expect(plain(changes, first)).toEqual(expected);
      expect(second).toBeNull();
    });

    test('the longest texts arrive whole', async () => {
      const lab = await openLab(opened());
      const { longestText = 16 * 1024 * 1024 } = lab;
      const v = '\u2028é😀\u0000x'.repeat(longestText / 11);
      await loadPlan(
        lab,
        await lab.plan({}, [
          { id: '1', v: 'before' },
          { id: '2', v },
          { id: '3', v },
          { id: '4', v },
          { id: '5', v: 'after' },
        ]),
      );
      const texts = (await values(lab.warehouse, `SELECT v FROM ${lab.table} WHERE id IN ('2', '3', '4') ORDER BY id`)).flat();
      expect(texts.map((text) => text === v)).toEqual([true, true, true]);
    });

    test.each(MISFITS)('%s fails the whole object for good, without a word of its values', async (_name, members) => {
      const columns = [...COLUMNS, column('n', 'INT64'), column('m', 'NUMERIC'), column('d', 'DATE'), column('t', 'TIMESTAMP'), column('b', 'BOOL')];
      const lab = await openLab(opened(), { columns });
      const plan = await lab.plan({}, [{ v: 'good' }, members.includes('_row') ? members : `"_row":2,${members}`]);
      const { reason, message } = refused(await lab.warehouse.stage(unique('job'), plan));
      expect(reason).toBe('invalid');
      expect(message).not.toMatch(/TIGER|922337|1000000000|02-30/);
      await expect(count(lab.warehouse, plan.stage)).rejects.toThrow();
    });

    test('an object that is gone is not found', async () => {
      const lab = await openLab(opened());
      const plan = await lab.plan({}, []);
      const gone = { ...plan, object: { ...plan.object, name: unique('gone') } };
      expect(refused(await lab.warehouse.stage(unique('job'), gone)).reason).toBe('notFound');
    });

    test('a stage that is gone is not found', async () => {
      const lab = await openLab(opened());
      expect(refused(await lab.warehouse.ready(unique('job'), await lab.plan({}, []))).reason).toBe('notFound');
    });

    test('an empty object has no rows and empties its scope', async () => {
      const lab = await openLab(opened());
      await loadPlan(lab, await lab.plan({ generation: '1' }, [{ id: '1', v: 'a' }]));
      const empty = await lab.plan({ generation: '2' }, []);
      expect(done(await lab.warehouse.stage(unique('job'), empty))).toEqual({ rows: 0 });
      expect(done(await lab.warehouse.ready(unique('job'), empty))).toEqual({ rows: 0, ready: 0, older: 1, newer: 0 });
      expect(done(await lab.warehouse.apply(unique('job'), empty))).toEqual({ loaded: 0 });
      expect(await contents(lab)).toEqual([]);
    });

    test('of one key the last ordinal stays, wherever its line is', async () => {
      const lab = await openLab(opened(), { columns: [...COLUMNS, column('k', 'INT64')], key: ['id', 'k'] });
      const rows = [
        { id: 'a', k: 1, v: 'a1 at 10', _row: 10 },
        { id: 'a', k: 1, v: 'a1 at 9', _row: 9 },
        { id: 'a', k: 2, v: 'a2', _row: 11 },
        { id: 'a', v: 'a without k at 1', _row: 1 },
        { id: 'a', v: 'a without k at 2', _row: 2 },
      ];
      const plan = await lab.plan({}, rows);
      expect(await makeReady(lab, plan)).toMatchObject({ rows: 5, ready: 3 });
      done(await lab.warehouse.apply(unique('job'), plan));
      expect(await contents(lab)).toEqual(['a without k at 2', 'a1 at 10', 'a2']);
    });

    test('without a key every row stays', async () => {
      const lab = await openLab(opened(), { key: [] });
      const plan = await lab.plan({}, [{ v: 'same' }, { v: 'same' }]);
      expect(await makeReady(lab, plan)).toMatchObject({ rows: 2, ready: 2 });
    });

    test('a row carries where it comes from and when it was loaded', async () => {
      const lab = await openLab(opened());
      const version = { time: '2026-11-20T06:00:01Z', generation: '1700000000000001', rawObject: "it's/ö/2026-11-20/x.json" };
      await loadPlan(lab, await lab.plan(version, [{ id: '1', v: 'a' }]));
      const row = await values(lab.warehouse, `SELECT _raw_object, _raw_generation, _row, _extracted_at, _extra, load_timestamp FROM ${lab.table}`);
      expect(row).toEqual([[version.rawObject, 1700000000000001, 1, version.time, null, LOADED_AT]]);
    });
  });
}

/** Numerics without padding, JSON parsed: what engines write differently. */
function plain(changes: Partial<Column>, value: Value): unknown {
  if (changes.type === 'JSON' && typeof value === 'string') return JSON.parse(value);
  return changes.type === 'NUMERIC' ? String(value).replace(/\.?0*$/, '') : value;
}
