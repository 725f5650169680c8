import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkedQuery, keptApart } from '../../infra/curated/dialect/checked-query.ts';
import type { Case } from './conformance/case.ts';
import { cases } from './conformance/cases.ts';
import { differsHere, refusedHere } from './conformance/gaps.ts';
import { wrongQueries } from './conformance/wrong-queries.ts';
import { type DuckDbLab, openDuckDbLab } from './duckdb-lab.ts';

/** Queries whose plans have different tops. */
const shapes: readonly (readonly [string, string])[] = [
  ['plain', "SELECT t.a, t.a + 1 AS b, 'x' AS c, NUMERIC '1.5' AS d FROM (SELECT 1 AS a) AS t"],
  ['with', 'WITH w AS (SELECT 1 AS a UNION ALL SELECT 2) SELECT x.a AS b, y.a FROM w AS x CROSS JOIN w AS y'],
  ['with in with', 'WITH v AS (SELECT 1 AS a), w AS (SELECT v.a, v.a AS b FROM v) SELECT x.b, y.a FROM w AS x JOIN w AS y ON x.a = y.a JOIN v ON v.a = x.b'],
  ['grouped', 'SELECT t.a AS k, COUNT(*) AS n FROM (SELECT 1 AS a) AS t GROUP BY t.a HAVING COUNT(*) > 0'],
  ['qualified', 'SELECT t.a AS k FROM (SELECT 1 AS a) AS t QUALIFY ROW_NUMBER() OVER (ORDER BY t.a) = 1'],
  ['sorted by what is not shown', 'SELECT t.a AS k FROM (SELECT 1 AS a, 2 AS b) AS t ORDER BY t.b LIMIT 1'],
  ['distinct', 'SELECT DISTINCT t.a AS k FROM (SELECT 1 AS a) AS t'],
  ['joined', 'SELECT 1 AS a UNION ALL SELECT 2'],
  ['one name twice', 'SELECT t.a, t.a FROM (SELECT 1 AS a) AS t'],
  ['one name twice, in a text with the name that the second gets', "SELECT t.a, t.a, 'a_1' AS c FROM (SELECT 1 AS a) AS t"],
  ['without a name', 'SELECT t.a + 1 FROM (SELECT 1 AS a) AS t'],
  ['of nothing', 'SELECT NULL AS a, CAST(NULL AS STRING) AS b'],
];

let lab: DuckDbLab;
beforeAll(async () => {
  lab = await openDuckDbLab();
});
afterAll(() => lab.close());

async function ask(sql: string): Promise<{ readonly value: string | null | undefined; readonly type: string | undefined }> {
  const { columns, rows } = await lab.query(await duckSqlOf(sql));
  const value = rows[0]?.[0];
  const type = columns[0]?.type;
  return { value: value === null || value === undefined ? value : withoutZeros(String(value), type), type };
}

async function duckSqlOf(sql: string): Promise<string> {
  return (await checkedQuery(lab, sql, { project: 'crm-data' })).duckSql;
}

/** A NUMERIC comes with all its nine decimals. */
function withoutZeros(text: string, type: string | undefined): string {
  return type === 'NUMERIC' && text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

describe('BigQuery SQL on DuckDB', () => {
  test.each<Case>(cases.filter(([name]) => !(name in refusedHere) && !(name in differsHere)))(
    'gives the documented value: %s',
    async (_name, sql, value, type) => {
      expect(await ask(sql)).toEqual({ value, type });
    },
  );

  test.each<Case>(cases.filter(([name]) => name in refusedHere))('refuses instead of guessing: %s', async (_name, sql) => {
    await expect(ask(sql)).rejects.toThrow('not supported on DuckDB: ');
  });

  test.each<Case>(cases.filter(([name]) => name in differsHere))('gives another value, as is known: %s', async (_name, sql, value, type) => {
    expect(await ask(sql)).not.toEqual({ value, type });
  });

  test.each(wrongQueries)('gives no value for what BigQuery rejects: %s', async (_name, sql) => {
    await expect(ask(sql)).rejects.toThrow();
  });

  test('fails where months are counted from a day that not every month has: DuckDB goes on from the day before', async () => {
    const days = (first: string) => `SELECT ARRAY_LENGTH(GENERATE_DATE_ARRAY(DATE '${first}', DATE '2026-05-31', INTERVAL 1 MONTH))`;
    expect((await ask(days('2026-01-28'))).value).toBe('5');
    await expect(ask(days('2026-01-31'))).rejects.toThrow('months from a day after the 28th: GENERATE_DATE_ARRAY');
  });

  test.each(['1e400', 'inf', '-Infinity', 'nan'])('fails where a text would be no number that DuckDB compares as BigQuery does: %s', async (text) => {
    await expect(ask(`SELECT CAST('${text}' AS FLOAT64)`)).rejects.toThrow('a number that is not finite');
    await expect(ask(`SELECT SAFE_CAST('${text}' AS FLOAT64)`)).rejects.toThrow('a number that is not finite');
  });

  test.each([
    ['SELECT t.x * 10 FROM (SELECT 1e308 AS x) AS t', 'a number that is not finite'],
    ["SELECT REPEAT('secret', -1)", 'a negative length'],
    ["SELECT DATE_ADD(DATE '9999-12-31', INTERVAL 1 DAY)", 'a day outside the years 1 to 9999'],
    ["SELECT TIMESTAMP_ADD(TIMESTAMP '9999-12-31 23:59:59+00', INTERVAL 1 DAY)", 'a time outside the years 1 to 9999'],
    ['SELECT DIV(1, 0)', 'division by zero: DIV'],
  ])('says why it fails, but no value: %s', async (sql, words) => {
    await expect(ask(sql)).rejects.toThrow(`DuckDB: Conversion: ${words}`);
  });

  test('cases have names of their own, and every gap is one of them', () => {
    const names = cases.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(refusedHere), ...Object.keys(differsHere)]));
  });
});

describe('a query for DuckDB', () => {
  test('means the same whatever a connection has set', async () => {
    const sql = 'SELECT t.x FROM (SELECT 1 AS x UNION ALL SELECT NULL) AS t QUALIFY ROW_NUMBER() OVER (ORDER BY t.x) = 1 ORDER BY t.x';
    const own = await duckSqlOf(sql);
    await lab.run("SET default_null_order = 'NULLS_LAST'");
    expect((await lab.query(own)).rows).toEqual([[null]]);
  });

  test('reads the tables of its project by dataset, and no other project', async () => {
    await lab.run('CREATE SCHEMA shop');
    await lab.run('CREATE TABLE shop.orders AS SELECT 7 AS n');
    expect((await lab.query(await duckSqlOf('SELECT o.n FROM `crm-data.shop.orders` AS o'))).rows).toEqual([[7]]);
    await expect(duckSqlOf('SELECT o.n FROM `other.shop.orders` AS o')).rejects.toThrow('a table of the project other');
  });

  test('reads a view of a long text, whose casts stand where the query has other text', async () => {
    const columns = Array.from({ length: 1_000 }, (_none, index) => `c_${index}`);
    await lab.run(
      keptApart(
        `CREATE VIEW shop.wide AS SELECT ${columns.map((name) => `1 AS ${name}`).join(', ')}, CAST(t.x AS DATE) AS day FROM (SELECT '2026-01-02' AS x) AS t`,
      ),
    );
    const [[day] = []] = (await lab.query(await duckSqlOf(`SELECT w.day, ${columns.map((name) => `w.${name}`).join(', ')} FROM shop.wide AS w`))).rows;
    expect(day).toBe('2026-01-02');
    await expect(duckSqlOf(`SELECT '${'x'.repeat(262_144)}' AS x`)).rejects.toThrow('a query of more than');
  });

  test('has the columns that DuckDB describes, wherever its plan tells them', async () => {
    const told = [];
    for (const [name, sql] of [...cases.filter(([own]) => !(own in refusedHere)), ...shapes]) {
      const { duckSql, columns } = await checkedQuery(lab, sql, { project: 'crm-data' });
      const described = (await lab.query(`DESCRIBE ${duckSql}`)).rows.map(([column, type]) => ({ name: column, type }));
      if (columns !== undefined) told.push(name);
      expect({ name, columns: columns ?? described }).toEqual({ name, columns: described });
    }
    expect(told).toEqual(
      expect.arrayContaining(['plain', 'with', 'with in with', 'grouped', 'qualified', 'sorted by what is not shown', 'distinct', 'joined']),
    );
  });
});
