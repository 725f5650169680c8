import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { goTo, openReport } from './browser.ts';
import { type OpenReport, startBrowser } from './chromium.ts';
import { figureCases } from './figure-cases.ts';
import { type Marts, openMarts } from './marts.ts';
import { cellOf, keyFigure } from './shown.ts';

let browser: Browser;
let marts: Marts;
let report: OpenReport;

beforeAll(async () => {
  [browser, marts] = await Promise.all([startBrowser(), openMarts()]);
  report = await openReport(browser);
});

afterAll(async () => {
  marts.close();
  await browser.close();
});

const named = figureCases.map((figure) => {
  const place = typeof figure.at === 'string' ? figure.at : figure.at.join(' / ');
  return [`${figure.tab}: ${place}${figure.filters === undefined ? '' : ` (${figure.filters})`}`, figure] as const;
});

describe('figures are those of the marts', () => {
  test.each(named)('%s', async (_, { tab, filters, at, sql }) => {
    const expected = await marts.ask(sql);
    const { page } = report;
    await goTo(page, `#${tab}${filters === undefined ? '' : `?${filters}`}`);
    const shown = typeof at === 'string' ? await keyFigure(page, at) : [await cellOf(page, ...at)];
    for (const { value, half } of shown) expect(Math.abs(value - expected)).toBeLessThanOrEqual(half * 1.0001 + 1e-9);
  });
});

test('there are many of them, on every tab, filtered ones too', () => {
  expect(figureCases.length).toBeGreaterThanOrEqual(40);
  expect(new Set(figureCases.map(({ tab }) => tab)).size).toBe(9);
  expect(new Set(figureCases.filter(({ filters }) => filters !== undefined).map(({ tab }) => tab)).size).toBe(9);
});
