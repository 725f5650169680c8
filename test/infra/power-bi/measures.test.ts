import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { DATAFORM_DIR } from '../../../infra/curated/compile.ts';
import { type DaxReferences, referencesOf } from './dax.ts';
import { TRANSLATIONS } from './measures-in-sql.ts';
import { ADDED, REPLACED } from './replaced-measures.ts';
import type { ParsedObject } from './tmdl-parser.ts';
import { readModel, repeated, sourceOf, type WrittenModel } from './written-model.ts';

let model: WrittenModel;
beforeAll(() => {
  model = readModel();
});

const tables = () => [...model.tables.values()];
const measures = () => tables().flatMap(({ table, measures: own }) => own.map((measure) => ({ table: table.name, measure })));
const expressionOf = (name: string) => measures().find(({ measure }) => measure.name === name)?.measure.expression;

describe('measures', () => {
  test.each(REPLACED)('%s of the replaced reports is %s', (before, now) => {
    const found = measures().filter(({ measure }) => measure.name === now);
    expect(found).toHaveLength(1);
    if (before !== now) expect(found[0]?.measure.description).toContain(before);
  });

  test.each(ADDED)('%s is there', (name) => {
    expect(measures().filter(({ measure }) => measure.name === name)).toHaveLength(1);
  });

  test('have a definition with its unit, a folder, and a format with its decimals', () => {
    for (const { measure } of measures()) {
      expect(measure.description).toMatch(/^[^.].{9,}\. Unit: /);
      expect(measure.properties.get('displayFolder')).toBeTruthy();
      const unit = /Unit: ([^.]+)\./.exec(measure.description)?.[1];
      expect(measure.properties.get('formatString') ?? 'none').toMatch(FORMATS[unit ?? ''] ?? /^never$/);
    }
  });

  const FORMATS: Readonly<Record<string, RegExp>> = {
    'a count': /^#,0$/,
    'the reporting currency': /^#,0\.00(00)? "GBP"$/,
    percent: /^0\.00?%$/,
    'a ratio': /^#,0\.00$/,
    hours: /^#,0\.00 "h"$/,
    years: /^0\.0$/,
    'ratings from 1 to 5': /^0\.00$/,
    'a moment, UTC': /^yyyy-mm-dd hh:nn$/,
    'a text': /^none$/,
  };

  test('have one name each, in the model and beside the columns of their table', () => {
    expect(repeated(measures().map(({ measure }) => measure.name))).toEqual([]);
    for (const table of tables()) expect(repeated([...table.columns.map(({ name }) => name), ...table.measures.map(({ name }) => name)])).toEqual([]);
  });

  test('of money are in the currency of the models', () => {
    expect(readFileSync(join(DATAFORM_DIR, 'workflow_settings.yaml'), 'utf8')).toContain('reportingCurrency: GBP');
  });

  test('tell what a campaign brought where the models do', () => {
    const limits = readFileSync(join(DATAFORM_DIR, 'includes/limits.js'), 'utf8');
    const limit = /LINK_RATE: ([\d.]+)/.exec(limits)?.[1];
    for (const name of ['ROAS', 'CAC', 'CAC New Buyers']) {
      expect(expressionOf(name)).toContain(`[Link Rate], REMOVEFILTERS('Campaigns')) >= ${limit}`);
    }
  });

  test('call ratings positive where the models do', () => {
    const support = readFileSync(join(DATAFORM_DIR, 'includes/support.js'), 'utf8');
    const from = /POSITIVE_FROM = (\d)/.exec(support)?.[1];
    expect(expressionOf('Positive Tickets')).toContain(`[customer_satisfaction] >= ${from}`);
  });
});

test('a measure and its translation are about the same columns, so that no figure has those of another', () => {
  /** What Power Query adds, and the columns that it is made of. */
  const made: Readonly<Record<string, readonly string[]>> = { ticket_date: ['ticket_created'], priority_order: ['ticket_priority'] };
  const columnsOf = (dax: string): readonly string[] => {
    const { columns, names } = referencesOf(dax);
    const own = columns.flatMap(({ table, column }) => {
      if (table === 'Date' || table === 'Months since first order') return [];
      const calculated = model.tables.get(table)?.columns.find(({ name }) => name === column)?.expression;
      return calculated === undefined ? (made[column] ?? [column]) : columnsOf(calculated);
    });
    return [...own, ...names.flatMap((name) => columnsOf(expressionOf(name) ?? ''))];
  };
  /** These decide whether a figure is told, not what it is. */
  const deciding = new Set(['ga4_event_key', '_extracted_at']);
  const wrong = TRANSLATIONS.flatMap(({ measure, sql }) => {
    const told = new Set(sql.match(/\w+/g));
    return [...new Set(columnsOf(expressionOf(measure) ?? ''))]
      .filter((column) => !told.has(column) && !deciding.has(column))
      .map((column) => `${measure}: ${column}`);
  });
  expect(wrong).toEqual([]);
});

describe('DAX', () => {
  /** Functions that the project uses; a slip of the pen is none. https://learn.microsoft.com/dax/dax-function-reference */
  const FUNCTIONS = new Set([
    ...['ADDCOLUMNS', 'ALL', 'ALLSELECTED', 'AVERAGE', 'CALCULATE', 'CALENDAR', 'COALESCE', 'CONCATENATEX', 'COUNTROWS', 'DATE', 'DISTINCTCOUNT'],
    ...['DISTINCTCOUNTNOBLANK', 'DIVIDE', 'EDATE', 'EOMONTH', 'FALSE', 'FILTER', 'FORMAT', 'GENERATESERIES', 'HASONEVALUE', 'IF', 'ISBLANK', 'ISFILTERED'],
    ...['ISINSCOPE', 'KEEPFILTERS', 'MAX', 'MAXX', 'MEDIAN', 'MIN', 'MINX', 'MONTH', 'PERCENTILE.INC', 'PREVIOUSMONTH', 'QUARTER', 'RANKX', 'REMOVEFILTERS'],
    ...['SAMEPERIODLASTYEAR', 'SELECTEDVALUE', 'SUM', 'SUMX', 'TODAY', 'TOPN', 'TREATAS', 'TRUE', 'VALUES', 'WEEKDAY', 'YEAR'],
  ]);
  const WORDS = new Set(['VAR', 'RETURN', 'NOT', 'DESC', 'SKIP']);
  /** What a table in braces, and a series, call their column. */
  const MADE = 'Value';

  interface Expression {
    readonly where: string;
    readonly table: string;
    readonly dax: string;
  }

  function expressions(): readonly Expression[] {
    const of = (table: string, { name, expression = '' }: ParsedObject) => ({ where: `${table}.${name}`, table, dax: expression });
    return tables().flatMap(({ table, columns, measures: own, partition }) => [
      ...own.map((measure) => of(table.name, measure)),
      ...columns.filter(({ expression }) => expression !== undefined).map((column) => of(table.name, column)),
      ...(partition.expression === 'calculated' ? [{ where: table.name, table: table.name, dax: sourceOf({ partition }) }] : []),
    ]);
  }

  const read = () => expressions().map((expression) => ({ ...expression, ...referencesOf(expression.dax) }));
  const wrong = (find: (each: Expression & DaxReferences) => readonly string[]) => read().flatMap((each) => find(each).map((what) => `${each.where}: ${what}`));

  test('refers to columns that are there', () => {
    expect(
      wrong(({ columns }) => columns.filter(({ table, column }) => !hasColumn(table, column)).map(({ table, column }) => `'${table}'[${column}]`)),
    ).toEqual([]);
  });

  test('refers to measures that are there, columns of its own table, or columns that it makes', () => {
    const known = new Set(measures().map(({ measure }) => measure.name));
    expect(
      wrong(({ names, made, table }) => names.filter((name) => !known.has(name) && !hasColumn(table, name) && !made.includes(name) && name !== MADE)),
    ).toEqual([]);
  });

  test('refers to tables that are there', () => {
    expect(wrong(({ tables: named }) => named.filter((name) => !model.tables.has(name)))).toEqual([]);
  });

  test('calls functions that there are, and names variables that it declares', () => {
    expect(wrong(({ functions }) => functions.filter((name) => !FUNCTIONS.has(name) && !WORDS.has(name)))).toEqual([]);
    expect(
      wrong(({ dax, words }) => {
        const declared = new Set([...dax.matchAll(/\bVAR (\w+) =/g)].map(([, name]) => name));
        return [
          ...words.filter((word) => !WORDS.has(word) && !declared.has(word)),
          ...[...declared].filter((name) => words.filter((word) => word === name).length < 2).map(String),
        ];
      }),
    ).toEqual([]);
  });

  test('has no measure that needs itself', () => {
    const needs = new Map(read().map(({ where, names }) => [where.split('.').slice(1).join('.'), names]));
    const visit = (name: string, seen: readonly string[]): void => {
      if (seen.includes(name)) throw new Error(`a cycle: ${[...seen, name].join(', ')}`);
      for (const next of needs.get(name) ?? []) if (needs.has(next)) visit(next, [...seen, name]);
    };
    for (const { measure } of measures()) expect(() => visit(measure.name, [])).not.toThrow();
  });

  function hasColumn(table: string, column: string): boolean {
    return model.tables.get(table)?.columns.some(({ name }) => name === column) === true;
  }
});
