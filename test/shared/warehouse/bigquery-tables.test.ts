import { describe, expect, test } from '@jest/globals';
import type { StrictBigQuery } from '../../cloud/strict-bigquery.ts';
import { column, tableSpec } from '../../contract/warehouse-lab.ts';
import { LOCATION, strictPlan, useStrictBigQuery, warehouseAt } from './bigquery-lab.ts';

const MONEY = column('money', 'NUMERIC', { precision: 38, mode: 'REQUIRED', description: "it's money" });

describe('tables of BigQuery', () => {
  const lab = useStrictBigQuery();

  test('a table is made with partition, cluster, labels and descriptions, in a dataset that is made where it is missing', async () => {
    const { strict, warehouse } = lab();
    const spec = tableSpec([MONEY, column('day', 'DATE')], {
      table: 'orders',
      description: 'Orders',
      partition: 'day',
      cluster: ['a', 'b', 'c', 'd', 'e'],
      labels: { source: 'Shop.ca', stream: 'orders' },
    });
    await warehouse.createTable(spec);
    await warehouse.createTable({ ...spec, description: 'Other' });
    expect(strict.tables.get('crm.orders')?.resource).toEqual({
      tableReference: { projectId: 'local', datasetId: 'crm', tableId: 'orders' },
      description: 'Orders',
      labels: { source: 'shop_ca', stream: 'orders' },
      schema: {
        fields: [
          { name: 'money', type: 'NUMERIC', mode: 'REQUIRED', description: "it's money", precision: '38', scale: '9' },
          { name: 'day', type: 'DATE', mode: 'NULLABLE', description: '' },
        ],
      },
      timePartitioning: { type: 'DAY', field: 'day' },
      clustering: { fields: ['a', 'b', 'c', 'd'] },
    });
    const made = strict.calls.find(({ id }) => id === 'bigquery.datasets.insert');
    expect(made?.body).toEqual({ datasetReference: { projectId: 'local', datasetId: 'crm' }, location: LOCATION });
    expect(await warehouse.columns(spec)).toEqual(spec.columns);
  });

  test.each([
    ['tables.insert', 503],
    ['tables.insert', 'reset'],
    ['datasets.insert', 'reset'],
  ] as const)('a table is made once where the answer of %s is lost (%s)', async (at, kind) => {
    const { strict, warehouse } = lab();
    const spec = tableSpec([MONEY]);
    strict.faults.push({ at, kind, when: 'after' });
    await warehouse.createTable(spec);
    expect(await warehouse.columns(spec)).toEqual(spec.columns);
  });

  test('columns that two add at once are both there', async () => {
    const { strict, warehouse } = lab();
    const spec = tableSpec([MONEY]);
    await warehouse.createTable(spec);
    await Promise.all(['a', 'b', 'A'].map((name) => warehouseAt(strict).addColumns(spec, [column(name, 'STRING', { mode: 'REQUIRED' })])));
    const columns = (await warehouse.columns(spec)) ?? [];
    expect(columns.map(({ name }) => name.toLowerCase()).sort()).toEqual(['a', 'b', 'money']);
    expect(columns.slice(1).map(({ mode }) => mode)).toEqual(['NULLABLE', 'NULLABLE']);
    expect(strict.calls.every(({ id }) => id !== 'bigquery.jobs.insert')).toBe(true);
  });

  test('a column is added once where the answer is lost', async () => {
    const { strict, warehouse } = lab();
    const spec = tableSpec([MONEY]);
    await warehouse.createTable(spec);
    strict.faults.push({ at: 'tables.patch', kind: 'reset', when: 'after' });
    await warehouse.addColumns(spec, [column('a', 'INT64')]);
    expect(await warehouse.columns(spec)).toEqual([MONEY, column('a', 'INT64')]);
  });

  test('a table that others change all the time is left for later', async () => {
    const { strict, warehouse } = lab();
    const spec = tableSpec([MONEY]);
    await warehouse.createTable(spec);
    strict.faults.push({ at: 'tables.patch', kind: { status: 412, reason: 'conditionNotMet' }, when: 'before', times: 100 });
    await expect(warehouse.addColumns(spec, [column('a', 'INT64')])).rejects.toMatchObject({ name: 'TransientError', rule: 'conditionNotMet' });
  });

  test('a table that is not there cannot get columns', async () => {
    const { strict, warehouse } = lab();
    strict.datasets.add('crm');
    await expect(warehouse.addColumns({ dataset: 'crm', table: 'none' }, [MONEY])).rejects.toMatchObject({ name: 'PermanentError', rule: 'notFound' });
  });

  test('stage and ready table go, though the answer is lost', async () => {
    const { strict, warehouse } = lab();
    const plan = strictPlan();
    for (const { dataset, table } of [plan.stage, plan.ready]) await warehouse.createTable(tableSpec([MONEY], { dataset, table }));
    strict.faults.push({ at: 'tables.delete', kind: 'reset', when: 'after' });
    await warehouse.dropStage(plan);
    await warehouse.dropStage(plan);
    expect(strict.tables.size).toBe(0);
  });

  test('what may not be read is a permanent failure, what does not answer a transient one', async () => {
    const { strict, warehouse } = lab();
    strict.faults.push({ at: 'tables.get', kind: { status: 403, reason: 'accessDenied' }, when: 'before' });
    await expect(warehouse.columns({ dataset: 'crm', table: 'a' })).rejects.toMatchObject({ name: 'PermanentError', rule: 'accessDenied' });
    strict.faults.push({ at: 'tables.get', kind: 'reset', when: 'before', times: 20 });
    await expect(warehouse.columns({ dataset: 'crm', table: 'a' })).rejects.toMatchObject({ name: 'TransientError', rule: 'network' });
  });
});

describe('queries of BigQuery', () => {
  const lab = useStrictBigQuery();
  const select = { statistics: { query: { statementType: 'SELECT' } } };

  test('a query says what it may cost, and every value keeps its digits', async () => {
    const { strict, warehouse } = lab();
    const fields = [
      { name: 'n', type: 'INTEGER' },
      { name: 'n', type: 'INTEGER' },
      { name: 'f', type: 'FLOAT' },
      { name: 'b', type: 'BOOLEAN' },
      { name: 't', type: 'TIMESTAMP' },
      { name: 'd', type: 'DATETIME' },
      { name: 'm', type: 'NUMERIC' },
      { name: 'list', type: 'INTEGER', mode: 'REPEATED' },
      { name: 's', type: 'RECORD', fields: [{ name: 'x', type: 'STRING' }] },
    ];
    const first = ['9007199254740993', '12', '0.1', 'true', '1795154400500000', '2026-11-20T06:00:00.500000', '1.500000000', [{ v: '1' }], { f: [{ v: 'a' }] }];
    const second = [null, '-9007199254740991', 'NaN', 'false', '-62135596800000000', '2026-11-20T06:00:00', null, [], null];
    const third = [null, null, null, null, '253402300799999999', null, null, [], null];
    strict.endings.push(select, { ...select, fields, questions: 2, pages: [[first], [second, third]] });
    const { columns, rows } = await warehouse.query('SELECT 1');
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      ...['n INT64', 'n INT64', 'f FLOAT64', 'b BOOL', 't TIMESTAMP', 'd DATETIME', 'm NUMERIC', 'list ARRAY<INT64>', 's STRUCT<x STRING>'],
    ]);
    expect(rows).toEqual([
      ['9007199254740993', 12, 0.1, true, '2026-11-20T06:00:00.5Z', '2026-11-20T06:00:00.5', '1.500000000', '[1]', '{"x":"a"}'],
      [null, -9007199254740991, 'NaN', false, '0001-01-01T00:00:00Z', '2026-11-20T06:00:00', null, '[]', null],
      [null, null, null, null, '9999-12-31T23:59:59.999999Z', null, null, '[]', null],
    ]);
    expect([...strict.jobs.values()]).toMatchObject([{ query: { query: 'SELECT 1', useLegacySql: false, maximumBytesBilled: '123456789012' } }]);
  });

  test('a statement that writes is not run', async () => {
    const { strict, warehouse } = lab();
    strict.endings.push({ statistics: { query: { statementType: 'DELETE' } } });
    await expect(warehouse.query('DELETE FROM crm.a WHERE TRUE')).rejects.toMatchObject({ name: 'PermanentError', rule: 'query' });
    expect(strict.jobs.size).toBe(0);
  });

  test.each([
    ['invalidQuery', 'PermanentError'],
    ['bytesBilledLimitExceeded', 'PermanentError'],
    ['backendError', 'TransientError'],
  ])('a query that fails with %s is a %s with the whole message', async (reason, name) => {
    const { strict, warehouse } = lab();
    const message = "Syntax error: 'x'\nat [1:1]";
    strict.endings.push({ error: { reason, message } });
    await expect(warehouse.query('SELEC 1')).rejects.toMatchObject({ name, rule: 'query', message });
    strict.endings.push(select, { error: { reason, message }, questions: 1 });
    await expect(warehouse.query('SELECT 1')).rejects.toMatchObject({ name, rule: 'query', message });
  });

  test('a stage that another delivery has dropped is missed for now', async () => {
    const { strict, warehouse } = lab();
    strict.endings.push({ error: { reason: 'notFound', message: 'Not found: Table' } });
    const plan = strictPlan();
    const withExtra = { ...plan, rowColumns: [...plan.rowColumns, column('_extra', 'JSON')] };
    await expect(warehouse.extraFields(withExtra)).rejects.toMatchObject({ name: 'TransientError', rule: 'notFound' });
  });

  const found = (outdated: number, copies: number) => {
    const fields = ['outdated', 'copies'].map((name) => ({ name, type: 'INTEGER' }));
    return { fields, pages: [[[String(outdated), String(copies)]]] };
  };

  test('a sound table costs one SELECT', async () => {
    const { strict, warehouse } = lab();
    strict.endings.push(found(0, 0));
    expect(await warehouse.verifyAndRepair(strictPlan())).toBe(0);
    expect(statements(strict)).toEqual(['WITH']);
  });

  test('what is outdated is deleted, copies are replaced, and then it is looked at again', async () => {
    const { strict, warehouse } = lab();
    strict.endings.push(found(3, 2), {}, {}, found(0, 0));
    expect(await warehouse.verifyAndRepair(strictPlan())).toBe(5);
    expect(statements(strict)).toEqual(['WITH', 'CREATE DELETE', 'CREATE MERGE', 'WITH']);
    expect(strict.calls.filter(({ id }) => id === 'bigquery.tables.delete')).toHaveLength(2);
  });

  test('a repair that meets another one is left for later', async () => {
    const { strict, warehouse } = lab();
    const message = 'Could not serialize access to table crm.orders due to concurrent update';
    strict.endings.push(found(1, 0), { error: { reason: 'invalidQuery', message }, questions: 1 });
    await expect(warehouse.verifyAndRepair(strictPlan())).rejects.toMatchObject({ name: 'TransientError' });
  });
});

/** The first words of the statements of every job. */
function statements({ jobs }: StrictBigQuery): readonly string[] {
  return [...jobs.values()].map((job) => {
    const { query = '' } = job['query'] as { readonly query?: string };
    return (query.match(/^(?:CREATE|DELETE|MERGE|WITH)\b/gm) ?? []).join(' ');
  });
}
