import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applySql, prunedBy, readySql, recordSql } from '../../../shared/warehouse/bigquery-load-sql.ts';
import {
  allowNullSql,
  columnOf,
  identifier,
  int64,
  literal,
  migrationSql,
  schemaField,
  setAsideSql,
  tableName,
  timestamp,
} from '../../../shared/warehouse/bigquery-sql.ts';
import type { Column } from '../../../shared/warehouse/table.ts';
import type { Scope } from '../../../shared/warehouse/warehouse.ts';
import { column, ledgerRow } from '../../contract/warehouse-lab.ts';
import { strictPlan } from './bigquery-lab.ts';

const HOSTILE = [
  "'",
  "''",
  "\\'",
  '\\',
  '\\\\',
  '"',
  '`',
  '\n',
  '\r\n',
  '\0',
  '--',
  '/*',
  ';',
  "'); DROP TABLE x; --",
  '$',
  '{x}',
  '@p',
  '?',
  '\u2028',
  '\ufeff',
  '😀',
  "r'''",
];
const TABLE = { dataset: 'crm', table: 'orders' };
/** A quoted piece of GoogleSQL, read to its end: an escape takes the next character with it. */
const QUOTED = /'(?:[^'\\\n\r]|\\.)*'|`(?:[^`\\\n\r]|\\.)*`/g;

describe('quoting for GoogleSQL', () => {
  test.each(HOSTILE)('%j is one literal and one name', (hostile) => {
    for (const text of [hostile, `a${hostile}b`, `${hostile}${hostile}`]) {
      expect(unquoted(literal(text), "'")).toBe(text);
      expect(unquoted(identifier(text), '`')).toBe(text);
    }
  });

  test('any text is one literal and one name, on one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        expect(unquoted(literal(text), "'")).toBe(text);
        expect(unquoted(identifier(text), '`')).toBe(text);
        expect(literal(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  test.each([() => identifier(''), () => literal('\ud83d'), () => int64('1 OR 1=1'), () => int64(''), () => int64('12345678901234567890')])(
    'what no quotes can hold is refused: %p',
    (quote) => {
      expect(quote).toThrow(expect.objectContaining({ name: 'PermanentError', rule: 'invalid' }));
    },
  );

  test('a table and a time are quoted', () => {
    expect(tableName({ dataset: 'a`b', table: 'c.d' })).toBe('`a\\u0060b`.`c.d`');
    expect(timestamp("2026'")).toBe("TIMESTAMP '2026\\u0027'");
  });

  test.each<Scope>(['table', 'object', 'generation', { columns: ['id'] }, { columns: [HOSTILE.join('')] }])(
    'no hostile name of a plan leaves its quotes (scope %j)',
    (scope) => {
      for (const hostile of HOSTILE) {
        const mark = `TIGER${hostile}LION`;
        const plan = strictPlan({ scope, source: mark, stream: mark, key: [mark], spread: [{ column: 'v', field: mark }], loadedAt: mark });
        const named = { ...plan, version: { ...plan.version, rawObject: mark, time: mark }, target: { ...plan.target, dataset: mark, table: mark } };
        const row = ledgerRow(named, { message: mark, run_time: mark, raw_object: mark });
        for (const sql of [readySql(named), applySql(named, [column(mark, 'STRING')], { column: mark, from: mark, to: mark }), recordSql(row)]) {
          const bare = sql.replaceAll(QUOTED, '');
          expect(sql).toContain('TIGER');
          expect(bare).not.toMatch(/TIGER|LION|DROP TABLE x|['`\\]/);
        }
      }
    },
  );
});

describe('statements for GoogleSQL', () => {
  test('no condition of a MERGE reads both sides in one subquery, and no parameter is used', () => {
    for (const scope of ['table', 'object', 'generation', { columns: ['day'] }] as const) {
      const sql = applySql(strictPlan({ scope, key: [] }), [], undefined);
      for (const [, subquery = ''] of sql.matchAll(/\((SELECT (?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)/g)) expect(subquery).not.toMatch(/\b[st]\./);
      expect(sql).toMatch(/ON FALSE\nWHEN NOT MATCHED BY SOURCE AND .* THEN DELETE\nWHEN NOT MATCHED BY TARGET AND .* THEN INSERT/);
      expect(sql).not.toMatch(/[@?]/);
    }
  });

  /** What it does to rows is tested on bigquery-emulator. */
  test.each<Scope>(['table', 'object', 'generation', { columns: ['day'] }])(
    'only older rows go, and rows come where nothing same or newer is (scope %j)',
    (scope) => {
      const sql = applySql(strictPlan({ scope, key: [] }), [], undefined);
      const [, source = '', target = ''] = /BY SOURCE AND (.*) THEN DELETE\nWHEN NOT MATCHED BY TARGET AND (.*) THEN INSERT/.exec(sql) ?? [];
      const older = (alias: string) => `(${alias}._extracted_at < TIMESTAMP '2026-11-20T06:00:00Z' OR (${alias}._extracted_at = `;
      expect(source).toContain(` AND ${older('t')}`);
      expect(target).toContain(`NOT ${older('o')}`);
      expect(target).toMatch(/ AND \(SELECT COUNT\(\*\) FROM \(SELECT .* FROM ops\.loads WHERE .*\) AS load WHERE /);
    },
  );

  test('a merge by key joins the key and empties what the newer row does not have', () => {
    const plan = strictPlan({ scope: { columns: ['id'] } });
    const sql = applySql(plan, [...plan.target.columns, column('gone', 'STRING')], undefined);
    expect(sql).toContain('ON t.`id` = s.`id`\nWHEN MATCHED AND (t._extracted_at < TIMESTAMP');
    expect(sql).toContain('`gone` = NULL');
  });

  test('a window of days reads its own partitions only', () => {
    const rowColumns = [column('day', 'DATE', { mode: 'REQUIRED' })];
    const plan = strictPlan({ scope: { columns: ['day'] }, rowColumns, key: [] });
    expect(prunedBy(plan)).toBeUndefined();
    const partitioned = { ...plan, target: { ...plan.target, partition: 'day' } };
    expect(prunedBy(partitioned)).toBe('day');
    const sql = applySql(partitioned, [], { column: 'day', from: '2026-11-01', to: '2026-11-28' });
    expect(sql.match(/\b[to]\.`day` BETWEEN DATE '2026-11-01' AND DATE '2026-11-28'/g)).toHaveLength(2);
  });

  test('a table is set aside, and a column may be null, by one statement each', () => {
    expect(setAsideSql(TABLE)).toBe(`ALTER TABLE ${tableName(TABLE)} RENAME TO \`${TABLE.table}_before\`;`);
    expect(allowNullSql(TABLE, 'x')).toBe(`ALTER TABLE ${tableName(TABLE)} ALTER COLUMN \`x\` DROP NOT NULL;`);
  });

  test('a migration casts into a second column, which takes the name', () => {
    expect(migrationSql(TABLE, column('x', 'NUMERIC', { description: "it's" }))).toEqual([
      "ALTER TABLE `crm`.`orders` ADD COLUMN `x_migrated` NUMERIC(18, 9) OPTIONS(description = 'it\\u0027s');",
      'UPDATE `crm`.`orders` SET `x_migrated` = CAST(`x` AS NUMERIC(18, 9)) WHERE TRUE;',
      'ALTER TABLE `crm`.`orders` DROP COLUMN `x`;',
      'ALTER TABLE `crm`.`orders` RENAME COLUMN `x_migrated` TO `x`;',
    ]);
  });

  test.each<Column>([
    ...(['STRING', 'INT64', 'FLOAT64', 'BOOL', 'DATE', 'DATETIME', 'TIMESTAMP', 'JSON'] as const).map((type) => column('a', type, { description: 'x' })),
    column('a', 'NUMERIC', { precision: 18, mode: 'REQUIRED' }),
    column('a', 'NUMERIC', { precision: 38 }),
  ])('a column goes to the API and comes back: %j', (declared) => {
    expect(columnOf(schemaField(declared))).toEqual(declared);
  });
});

function unquoted(sql: string, quote: string): string {
  expect(sql.match(QUOTED)).toEqual([sql]);
  expect(sql.startsWith(quote)).toBe(true);
  return sql.slice(1, -1).replaceAll(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
