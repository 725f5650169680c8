import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { quoteNames } from '../../../infra/local/duckdb-query.ts';
import { column, contents, type Lab, loadPlan, openLab } from '../../contract/warehouse-lab.ts';
import { openTemporary } from './duckdb-temporary.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab(await openTemporary(), { columns: [column('id', 'STRING'), column('v', 'STRING')] });
  await loadPlan(lab, await lab.plan({}, [{ id: '1', v: 'kept' }]));
});
afterAll(() => lab.close());

describe('a statement', () => {
  test.each([
    'SELECT 1 AS n',
    'WITH a AS (SELECT 1 AS n) SELECT * FROM a',
    'DESCRIBE SELECT 1',
    'SHOW TABLES',
    'SUMMARIZE SELECT 1',
    'VALUES (1);',
    'EXPLAIN SELECT 1',
  ])('that reads is run: %s', async (sql) => {
    expect((await lab.warehouse.query(sql)).columns.length).toBeGreaterThan(0);
  });

  test.each([
    ['a DELETE', 'DELETE FROM TABLE'],
    ['a DELETE that returns', 'DELETE FROM TABLE RETURNING *'],
    ['an UPDATE', "UPDATE TABLE SET v = 'x'"],
    ['an INSERT', "INSERT INTO TABLE BY NAME SELECT '2' AS id"],
    ['a MERGE', 'MERGE INTO TABLE USING (SELECT 1) ON FALSE WHEN NOT MATCHED BY SOURCE THEN DELETE'],
    ['a TRUNCATE', 'TRUNCATE TABLE'],
    ['a DROP', 'DROP TABLE TABLE'],
    ['an ALTER', 'ALTER TABLE TABLE DROP COLUMN v'],
    ['a CREATE', 'CREATE TABLE crm.other AS SELECT 1'],
    ['a temporary table', 'CREATE TEMP TABLE other AS SELECT 1'],
    ['a COPY', "COPY TABLE TO '/dev/null'"],
    ['an ATTACH', "ATTACH ':memory:' AS other"],
    ['a setting', "SET TimeZone = 'Europe/Berlin'"],
    ['a transaction', 'COMMIT'],
    ['a CALL', 'CALL pragma_version()'],
    ['a CHECKPOINT', 'CHECKPOINT'],
    ['an INSTALL', 'INSTALL httpfs'],
    ['EXPLAIN ANALYZE of a DELETE', 'EXPLAIN ANALYZE DELETE FROM TABLE'],
    ['EXPLAIN ANALYZE of a CREATE', 'EXPLAIN ANALYZE CREATE TABLE crm.other AS SELECT 1'],
    ['two statements', 'SELECT 1; SELECT 2'],
    ['a second statement that writes', 'SELECT 1; DELETE FROM TABLE'],
    ['a transaction around a write', 'COMMIT; DELETE FROM TABLE'],
    ['a NUL', 'SELECT 1 \0; DELETE FROM TABLE'],
    ['nothing', ''],
    ['a comment', '-- SELECT 1'],
    ['a parameter', 'SELECT $1'],
  ])('that is %s is refused', async (_name, sql) => {
    const statement = sql.replaceAll(/\bTABLE$|\bTABLE(?= (?!TABLE|crm|other))/g, lab.table);
    await expect(lab.warehouse.query(statement)).rejects.toMatchObject({ name: 'PermanentError', rule: 'query' });
    expect(await contents(lab)).toEqual(['kept']);
    expect(await lab.warehouse.columns({ dataset: 'crm', table: 'other' })).toBeUndefined();
  });

  test('that is wrong is told where', async () => {
    await expect(lab.warehouse.query(`SELECT nothing FROM ${lab.table}`)).rejects.toThrow(/"nothing" not found[\s\S]*LINE 1/);
  });
});

describe('a back-tick', () => {
  test.each([
    ['SELECT `a`.`b c` FROM `d.e`', 'SELECT "a"."b c" FROM "d"."e"'],
    ['SELECT `a"b`', 'SELECT "a""b"'],
    ["SELECT '`a`', 'it''s `b`', `c`", `SELECT '\`a\`', 'it''s \`b\`', "c"`],
    ["SELECT E'it\\'s `a`', `b`", `SELECT E'it\\'s \`a\`', "b"`],
    ['SELECT "`a` ""`b`", `c`', 'SELECT "`a` ""`b`", "c"'],
    ['SELECT 1 -- `a`\n, `b`', 'SELECT 1 -- `a`\n, "b"'],
    ['SELECT /* `a`\n */ `b`', 'SELECT /* `a`\n */ "b"'],
    ['SELECT $$`a`$$, $x$ `b` $$ $x$, `c`', 'SELECT $$`a`$$, $x$ `b` $$ $x$, "c"'],
    ['SELECT `a', 'SELECT `a'],
  ])('quotes a name only outside of literals and comments: %s', (sql, expected) => {
    expect(quoteNames(sql)).toBe(expected);
  });
});

describe('a value', () => {
  test.each([
    ['1::TINYINT', 'INT64', 1],
    ['9007199254740993', 'INT64', '9007199254740993'],
    ['sum(2)', 'INT64', 2],
    ['170141183460469231731687303715884105727', 'INT64', '170141183460469231731687303715884105727'],
    ['1.50::DECIMAL(18,9)', 'NUMERIC', '1.500000000'],
    ['0.1::DOUBLE', 'FLOAT64', 0.1],
    ["'nan'::DOUBLE", 'FLOAT64', 'NaN'],
    ["'-inf'::FLOAT", 'FLOAT64', '-Infinity'],
    ['1 = 1', 'BOOL', true],
    ["DATE '2026-01-02'", 'DATE', '2026-01-02'],
    ["TIME '01:02:03'", 'TIME', '01:02:03'],
    ["TIMESTAMP '2026-01-02 03:04:05.120'", 'DATETIME', '2026-01-02T03:04:05.12'],
    ["TIMESTAMP_S '2026-01-02 03:04:05'", 'DATETIME', '2026-01-02T03:04:05'],
    ["TIMESTAMPTZ '2026-01-02 03:04:05+02:00'", 'TIMESTAMP', '2026-01-02T01:04:05Z'],
    ["TIMESTAMPTZ '1969-12-31 23:59:59.5Z'", 'TIMESTAMP', '1969-12-31T23:59:59.5Z'],
    ["'2026-01-02'::TIMESTAMPTZ", 'TIMESTAMP', '2026-01-02T00:00:00Z'],
    [`'{"a": 1}'::JSON`, 'JSON', '{"a": 1}'],
    ["'ä'", 'STRING', 'ä'],
    ["encode('ä')", 'BYTES', 'w6Q='],
    ['[1, NULL, 9007199254740993]', 'ARRAY<INT64>', '[1,null,"9007199254740993"]'],
    ["{'a': [DATE '2026-01-02'], 'b': {'c': 1.5::DOUBLE}}", 'STRUCT<a ARRAY<DATE>, b STRUCT<c FLOAT64>>', '{"a":["2026-01-02"],"b":{"c":1.5}}'],
    ["MAP {'x': 1}", 'JSON', '{"x":1}'],
    ['NULL::DATE', 'DATE', null],
  ])('%s is %s %p', async (sql, type, value) => {
    expect(await lab.warehouse.query(`SELECT ${sql} AS x`)).toEqual({ columns: [{ name: 'x', type }], rows: [[value]] });
  });
});
