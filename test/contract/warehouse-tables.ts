import { describe, expect } from '@jest/globals';
import type { Column } from '../../shared/warehouse/table.ts';
import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import { test } from './known-gaps.ts';
import { column, contents, emptying, loadPlan, type OpenedWarehouse, openLab, tableSpec, unique, values } from './warehouse-lab.ts';

const EVERY_TYPE: readonly Column[] = [
  column('text', 'STRING', { mode: 'REQUIRED', description: 'It\'s "quoted", `ticked`\nin two lines; ---' }),
  column('whole', 'INT64', { description: 'Größe 😀' }),
  column('fraction', 'FLOAT64'),
  column('money', 'NUMERIC', { precision: 18 }),
  column('total', 'NUMERIC', { precision: 38, mode: 'REQUIRED' }),
  column('flag', 'BOOL'),
  column('day', 'DATE'),
  column('clock', 'DATETIME'),
  column('moment', 'TIMESTAMP', { mode: 'REQUIRED' }),
  column('any', 'JSON', { description: 'x' }),
  column('_order', 'STRING'),
];

/** Creating and changing tables and views, and reading them. */
export function describeTables(opened: () => OpenedWarehouse): void {
  describe('tables', () => {
    test('a table that is not there has no columns', async () => {
      expect(await opened().warehouse.columns({ dataset: 'crm', table: unique('none') })).toBeUndefined();
    });

    test('a table has the columns it was created with', async () => {
      const spec = tableSpec(EVERY_TYPE, { description: "The table's words" });
      await opened().warehouse.createTable(spec);
      expect(await opened().warehouse.columns(spec)).toEqual(EVERY_TYPE);
    });

    test('creating a table that is there leaves it as it is', async () => {
      const lab = await openLab(opened());
      await loadPlan(lab, await lab.plan({}, [{ id: '1', v: 'kept' }]));
      await lab.warehouse.createTable({ ...lab.target, columns: [column('other', 'INT64')] });
      expect(await lab.warehouse.columns(lab.target)).toEqual(lab.target.columns);
      expect(await contents(lab)).toEqual(['kept']);
    });

    test('a column is added nullable at the end, and earlier rows have null there', async () => {
      const lab = await openLab(opened());
      await loadPlan(lab, await lab.plan({}, [{ id: '1', v: 'a' }]));
      await lab.warehouse.addColumns(lab.target, [column('late', 'NUMERIC', { precision: 38, mode: 'REQUIRED', description: "it's late" })]);
      const added = column('late', 'NUMERIC', { precision: 38, description: "it's late" });
      expect(await lab.warehouse.columns(lab.target)).toEqual([...lab.target.columns, added]);
      expect(await values(lab.warehouse, `SELECT v, late FROM ${lab.table}`)).toEqual([['a', null]]);
    });

    test('a row without the added column loads', async () => {
      const lab = await openLab(opened());
      await lab.warehouse.addColumns(lab.target, [column('late', 'STRING')]);
      await loadPlan(lab, await lab.plan({}, [{ id: '1', v: 'a' }]));
      expect(await values(lab.warehouse, `SELECT v, late FROM ${lab.table}`)).toEqual([['a', null]]);
    });

    test('a column that is there in another case is not added', async () => {
      const { warehouse } = opened();
      const spec = tableSpec([column('Name', 'STRING', { description: 'first' })]);
      await warehouse.createTable(spec);
      await warehouse.addColumns(spec, [column('NAME', 'INT64'), column('Two', 'STRING'), column('two', 'INT64')]);
      expect(await warehouse.columns(spec)).toEqual([spec.columns[0], column('Two', 'STRING')]);
    });

    test('a column that several deliveries add at once is there once', async () => {
      const { warehouse } = opened();
      const spec = tableSpec([column('a', 'STRING')]);
      await warehouse.createTable(spec);
      await Promise.all(['b', 'B', 'b'].map((name) => warehouse.addColumns(spec, [column(name, 'STRING')])));
      expect((await warehouse.columns(spec))?.map(({ name }) => name.toLowerCase())).toEqual(['a', 'b']);
    });

    test('a table of the same name in another dataset is another table', async () => {
      const { warehouse } = opened();
      const spec = tableSpec([column('a', 'STRING')]);
      const other = { ...spec, dataset: 'ops', columns: [column('b', 'INT64')] };
      await warehouse.createTable(spec);
      expect(await warehouse.columns(other)).toBeUndefined();
      await warehouse.createTable(other);
      expect([await warehouse.columns(spec), await warehouse.columns(other)]).toEqual([spec.columns, other.columns]);
    });

    test('an emptied table stays, without rows, and one that is not there stays away', async () => {
      const lab = await openLab(opened());
      const none = { dataset: 'crm', table: unique('none') };
      await loadPlan(lab, await lab.plan({}, [{ id: '1', v: 'a' }]));
      const plan = await lab.plan({}, []);
      await lab.warehouse.empty(emptying(plan));
      await lab.warehouse.empty(emptying({ ...plan, target: { ...lab.target, ...none } }));
      expect(await contents(lab)).toEqual([]);
      expect(await lab.warehouse.columns(lab.target)).toEqual(lab.target.columns);
      expect(await lab.warehouse.columns(none)).toBeUndefined();
    });

    test('a view shows what its latest statement selects', async () => {
      const lab = await openLab(opened());
      const view = { dataset: 'crm', table: unique('view') };
      await loadPlan(lab, await lab.plan({}, [{ id: '1', v: 'a' }]));
      await lab.warehouse.createView(view, `SELECT id FROM ${lab.table}`);
      await lab.warehouse.createView(view, `SELECT v AS shown FROM ${lab.table}`);
      expect(await lab.warehouse.query(`SELECT * FROM crm.${view.table}`)).toEqual({ columns: [{ name: 'shown', type: 'STRING' }], rows: [['a']] });
      expect(await lab.warehouse.columns(view)).toMatchObject([{ name: 'shown', type: 'STRING' }]);
    });
  });

  describe('queries', () => {
    test.each(['SELECT nothing_there FROM crm.nowhere', 'SELEC 1', ''])('a mistake is permanent: %p', async (sql) => {
      await expect(opened().warehouse.query(sql)).rejects.toMatchObject({ name: 'PermanentError', rule: 'query' });
    });

    test('a mistake is permanent where rows are handed over, too', async () => {
      await expect(opened().warehouse.scan('SELEC 1', async () => undefined)).rejects.toMatchObject({ name: 'PermanentError', rule: 'query' });
    });

    test('hands rows over in pages, one where there is none, and throws what their taker throws', async () => {
      const lab = await openLab(opened());
      const rows = Array.from({ length: 3_000 }, (_, place) => ({ id: String(place), v: place % 2 === 0 ? 'a' : null }));
      await loadPlan(lab, await lab.plan({}, rows));
      const pages: QueryResult[] = [];
      const scan = (sql: string) => lab.warehouse.scan(sql, async (page) => void pages.push(page));
      await scan(`SELECT id, v FROM ${lab.table} ORDER BY CAST(id AS INT64)`);
      expect(pages.flatMap((page) => page.rows)).toEqual(rows.map(({ id, v }) => [id, v]));
      expect(new Set(pages.map(({ columns }) => JSON.stringify(columns)))).toEqual(new Set(['[{"name":"id","type":"STRING"},{"name":"v","type":"STRING"}]']));
      pages.length = 0;
      await scan(`SELECT id FROM ${lab.table} WHERE id = 'none'`);
      expect(pages).toEqual([{ columns: [{ name: 'id', type: 'STRING' }], rows: [] }]);
      const broken = lab.warehouse.scan(`SELECT id FROM ${lab.table}`, async () => {
        throw new Error('the disk is full');
      });
      await expect(broken).rejects.toThrow('the disk is full');
    });

    test('a name may be quoted with back-ticks', async () => {
      const lab = await openLab(opened());
      await loadPlan(lab, await lab.plan({}, [{ id: '1', v: '`' }]));
      expect(await values(lab.warehouse, `SELECT v FROM \`${lab.table}\` WHERE \`v\` = '\`' AND v <> '\`x\`'`)).toEqual([['`']]);
    });

    test('a number beyond 2^53 - 1 is text', async () => {
      const lab = await openLab(opened(), { columns: [column('n', 'INT64')], key: [] });
      const numbers = ['9007199254740991', '9007199254740992', '-9007199254740991', '-9007199254740992'];
      await loadPlan(
        lab,
        await lab.plan(
          {},
          numbers.map((n) => ({ n })),
        ),
      );
      const found = await values(lab.warehouse, `SELECT n FROM ${lab.table} ORDER BY _row`);
      expect(found.flat()).toEqual([9007199254740991, '9007199254740992', -9007199254740991, '-9007199254740992']);
    });
  });
}
