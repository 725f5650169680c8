import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isFailure } from '../../../infra/curated/run.ts';
import { goldenTables } from './data-set.ts';
import { DEFECTS } from './defects.ts';
import { asPrinted, type Figure } from './figure.ts';
import { ADDED_UP_FIGURES } from './figures-added-up.ts';
import { MARKETING_FIGURES } from './figures-of-marketing.ts';
import { SHOP_FIGURES } from './figures-of-shop.ts';
import { SUPPORT_FIGURES } from './figures-of-support.ts';
import { type GoldenLab, openGoldenLab } from './golden-lab.ts';
import { loadedTables } from './loaded.ts';

/** Everything is loaded and built once: seconds on a machine of its own, a minute on one that has much else to do. */
const SLOW_MACHINE_MS = 300_000;

const tables = goldenTables();
let lab: GoldenLab | undefined;
beforeAll(async () => {
  lab = await openGoldenLab(tables);
}, SLOW_MACHINE_MS);
afterAll(() => lab?.close());

/** The one value of a query; anything else than one row tells how many there are. */
async function onlyValue(sql: string): Promise<unknown> {
  const rows = (await lab?.rows(sql)) ?? [];
  return rows.length === 1 ? Object.values(rows[0] ?? {})[0] : `${rows.length} rows`;
}

test('the models are built, and no test that stops them fails', () => {
  expect(lab?.steps.filter(({ outcome }) => outcome === 'error').map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
  expect(isFailure(lab?.steps ?? [])).toBe(false);
});

test.each(loadedTables(tables).map((loaded) => [`${loaded.spec.dataset}.${loaded.spec.table}`, loaded] as const))(
  '%s is what other engines are given',
  async (table, { rows }) => {
    const names = Object.keys(rows[0] ?? {}).filter((name) => name !== '_raw_generation' && name !== 'load_timestamp');
    const there = (await lab?.rows(`SELECT ${names.join(', ')} FROM ${table} ORDER BY _row`)) ?? [];
    expect(there.map((row) => names.map((name) => plain(row[name])).join())).toEqual(rows.map((row) => names.map((name) => plain(row[name])).join()));
  },
);

/** A value without what only its way of writing tells. */
function plain(value: unknown): string {
  const text = String(value ?? '');
  return /^-?\d+\.\d+(?:e-\d+)?$/.test(text) ? String(Number(text)) : text.replace('T', ' ').replace(/(?:Z|\+00)$/, '');
}

describe.each<[report: string, figures: readonly Figure[]]>([
  ['marketing', MARKETING_FIGURES],
  ['shop', SHOP_FIGURES],
  ['support', SUPPORT_FIGURES],
  ['added up by the page', ADDED_UP_FIGURES],
])('%s', (_, figures) => {
  test.each(figures.map(({ name, published, where }) => [name, published, where] as const))('%s: %s', async (__, published, where) => {
    expect(asPrinted(await onlyValue(where), published)).toBe(published);
  });
});

describe('beside a known defect stands the figure that is right:', () => {
  test.each(DEFECTS.map((defect) => [defect.name, defect.shown, defect.right.published, defect] as const))(
    '%s: %s, now %s',
    async (_, shown, published, defect) => {
      if (defect.mistake !== undefined) expect(asPrinted(await onlyValue(defect.mistake), shown)).toBe(shown);
      expect(asPrinted(await onlyValue(defect.right.where), published)).toBe(published);
    },
  );
});

test('the figures that are asked for are there, each under a name of its own', () => {
  const names = [MARKETING_FIGURES, SHOP_FIGURES, SUPPORT_FIGURES].flatMap((figures, report) => figures.map(({ name }) => `${report} ${name}`));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(80);
});
