import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { modelMeasures } from '../../../infra/power-bi/model-measures.ts';
import { modelTables } from '../../../infra/power-bi/model-tables.ts';
import { goldenTables } from '../../curated/golden/data-set.ts';
import { asPrinted } from '../../curated/golden/figure.ts';
import { type GoldenLab, openGoldenLab } from '../../curated/golden/golden-lab.ts';
import { TRANSLATIONS } from './measures-in-sql.ts';
import { readModel } from './written-model.ts';

/** Everything is loaded and built once: seconds on a machine of its own, a minute on one that has much else to do. */
const SLOW_MACHINE_MS = 300_000;

let lab: GoldenLab | undefined;
beforeAll(async () => {
  lab = await openGoldenLab(goldenTables());
}, SLOW_MACHINE_MS);
afterAll(() => lab?.close());

async function rows(sql: string): Promise<readonly Record<string, unknown>[]> {
  return (await lab?.rows(sql)) ?? [];
}

async function onlyValue(sql: string): Promise<unknown> {
  const found = await rows(sql);
  if (found.length !== 1) throw new Error(`${found.length} rows of ${sql}`);
  return Object.values(found[0] ?? {})[0];
}

/** DAX cannot run here: this proves the definitions, not what Power BI makes of them. */
describe('the definition of a measure, as SQL over the marts, comes to what was published:', () => {
  test.each(TRANSLATIONS.map((translation) => [translation.measure, translation.chosen ?? 'all', translation] as const))(
    '%s of %s',
    async (_, __, { sql, published }) => {
      const value = await onlyValue(sql);
      if (typeof published === 'string')
        return expect(/^\d{4}-/.test(published) ? String(value).slice(0, published.length) : asPrinted(value, published)).toBe(published);
      const { metric, places, isNull = false } = published;
      expect(value === null).toBe(isNull);
      const example = `0.${'0'.repeat(places)}`;
      expect(asPrinted(value, example)).toBe(asPrinted(await onlyValue(metric), example));
    },
  );

  test('every measure is among them, but those whose tables the published figures do not fill', () => {
    const translated = new Set(TRANSLATIONS.map(({ measure }) => measure));
    expect(modelMeasures.filter(({ name }) => !translated.has(name)).map(({ name }) => name)).toEqual([
      ...['Violated Customers', 'Revenue at Risk', 'Stores Listed', 'Visited Stores', 'Coverage', 'Visits per Store', 'Reports', 'Visits', 'Units in Stock'],
      ...[
        'Streams',
        'Stale Streams',
        'Success Rate',
        'Records Received',
        'Rows Accepted',
        'Records Rejected',
        'Records Filtered',
        'Reject Rate',
        'Unexplained',
      ],
    ]);
    const measures = new Set(modelMeasures.map(({ name }) => name));
    expect([...translated].filter((name) => !measures.has(name))).toEqual([]);
  });
});

describe('types', () => {
  const WAREHOUSE: Readonly<Record<string, string>> = {
    VARCHAR: 'STRING',
    BIGINT: 'INT64',
    DOUBLE: 'FLOAT64',
    BOOLEAN: 'BOOL',
    DATE: 'DATE',
    'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP',
    JSON: 'STRING',
  };
  const FITTING: Readonly<Record<string, string>> = {
    STRING: 'string',
    INT64: 'int64',
    FLOAT64: 'double',
    NUMERIC: 'double',
    BOOL: 'boolean',
    DATE: 'dateTime',
    TIMESTAMP: 'dateTime',
  };

  test.each(modelTables.map((table) => [table.name, table] as const))('of %s are those of its view', async (name, { view, columns, without }) => {
    const found = await rows(`SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'analytics' AND table_name = '${view}'`);
    const types = new Map(found.map((row) => [String(row['column_name']), typeOf(String(row['data_type']))]));
    expect(Object.keys(columns).map((column) => `${column} ${columns[column]?.type}`)).toEqual(
      Object.keys(columns).map((column) => `${column} ${types.get(column)}`),
    );
    if (without !== undefined) expect(types.get(without)).toBe('BOOL');
    const written = readModel().tables.get(name)?.columns ?? [];
    for (const column of written.filter((each) => each.name in columns)) expect(column.properties.get('dataType')).toBe(FITTING[types.get(column.name) ?? '']);
  });

  function typeOf(type: string): string {
    return type.startsWith('DECIMAL') ? 'NUMERIC' : (WAREHOUSE[type] ?? type);
  }
});
