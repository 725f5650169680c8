import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkedQuery } from '../../infra/curated/dialect/checked-query.ts';
import type { Case } from './conformance/case.ts';
import { cases } from './conformance/cases.ts';
import { differsHere, refusedHere } from './conformance/gaps.ts';
import { wrongQueries } from './conformance/wrong-queries.ts';
import { type DuckDbLab, openDuckDbLab } from './duckdb-lab.ts';

let lab: DuckDbLab;
beforeAll(async () => {
  lab = await openDuckDbLab();
});
afterAll(() => lab.close());

async function ask(sql: string): Promise<{ readonly value: string | null | undefined; readonly type: string | undefined }> {
  const { columns, rows } = await lab.query(await checkedQuery(lab, sql, { project: 'crm-data' }));
  const value = rows[0]?.[0];
  const type = columns[0]?.type;
  return { value: value === null || value === undefined ? value : withoutZeros(String(value), type), type };
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

  test('cases have names of their own, and every gap is one of them', () => {
    const names = cases.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(refusedHere), ...Object.keys(differsHere)]));
  });
});

describe('a query for DuckDB', () => {
  test('means the same whatever a connection has set', async () => {
    const sql = 'SELECT t.x FROM (SELECT 1 AS x UNION ALL SELECT NULL) AS t QUALIFY ROW_NUMBER() OVER (ORDER BY t.x) = 1 ORDER BY t.x';
    const own = await checkedQuery(lab, sql, { project: 'crm-data' });
    await lab.run("SET default_null_order = 'NULLS_LAST'");
    expect((await lab.query(own)).rows).toEqual([[null]]);
  });

  test('reads the tables of its project by dataset, and no other project', async () => {
    await lab.run('CREATE SCHEMA shop');
    await lab.run('CREATE TABLE shop.orders AS SELECT 7 AS n');
    const names = { project: 'crm-data' };
    expect((await lab.query(await checkedQuery(lab, 'SELECT o.n FROM `crm-data.shop.orders` AS o', names))).rows).toEqual([[7]]);
    await expect(checkedQuery(lab, 'SELECT o.n FROM `other.shop.orders` AS o', names)).rejects.toThrow('a table of the project other');
  });
});
