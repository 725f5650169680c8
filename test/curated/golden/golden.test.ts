import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isFailure } from '../../../infra/curated/run.ts';
import { goldenTables } from './data-set.ts';
import { asPrinted, type Figure } from './figure.ts';
import { MARKETING_FIGURES } from './figures-of-marketing.ts';
import { SHOP_FIGURES } from './figures-of-shop.ts';
import { SUPPORT_FIGURES } from './figures-of-support.ts';
import { type GoldenLab, openGoldenLab } from './golden-lab.ts';

let lab: GoldenLab;
beforeAll(async () => {
  lab = await openGoldenLab(goldenTables());
});
afterAll(() => lab.close());

/** The one value of a query; anything else than one row tells how many there are. */
async function onlyValue(sql: string): Promise<unknown> {
  const rows = await lab.rows(sql);
  return rows.length === 1 ? Object.values(rows[0] ?? {})[0] : `${rows.length} rows`;
}

test('the models are built, and no test that stops them fails', () => {
  expect(lab.steps.filter(({ outcome }) => outcome === 'error').map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
  expect(isFailure(lab.steps)).toBe(false);
});

describe.each<[report: string, figures: readonly Figure[]]>([
  ['marketing', MARKETING_FIGURES],
  ['shop', SHOP_FIGURES],
  ['support', SUPPORT_FIGURES],
])('%s', (_, figures) => {
  test.each(figures.map(({ name, published, where }) => [name, published, where] as const))('%s: %s', async (__, published, where) => {
    expect(asPrinted(await onlyValue(where), published)).toBe(published);
  });
});
