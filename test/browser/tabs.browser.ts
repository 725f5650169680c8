import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { tabs } from '../../infra/report/page/tabs/index.ts';
import { openReport, openTab } from './browser.ts';
import { startBrowser } from './chromium.ts';
import { REPORT_FILE } from './sample.ts';

const MOST_BYTES = 3_000_000;
const require = createRequire(import.meta.url);

let browser: Browser;
let axe: string;

beforeAll(async () => {
  browser = await startBrowser();
  axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
});

afterAll(async () => {
  await browser.close();
});

test('the report is smaller than 3 MB', async () => {
  expect((await stat(REPORT_FILE)).size).toBeLessThan(MOST_BYTES);
});

describe.each(tabs)('tab $title', (tab) => {
  test('draws all its cards, complains about nothing and asks nobody', async () => {
    const { page, complaints, close } = await openReport(browser, `#${tab.id}`);
    const panel = page.locator(`#panel-${tab.id}`);
    expect(await panel.locator('.kpi .value').count()).toBe(tab.kpis.length);
    expect(await panel.locator('.card').count()).toBe(tab.cards.length);
    const empty = await panel
      .locator('.plot')
      .evaluateAll((plots) => plots.filter((plot) => plot.querySelector('svg, table') === null).map((plot) => plot.parentElement?.id));
    expect(empty).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test('says how old its data is, whom it is about and that it is sample data', async () => {
    const { page, close } = await openReport(browser, `#${tab.id}`);
    const panel = page.locator(`#panel-${tab.id}`);
    expect(await panel.locator('.ages time').count()).toBeGreaterThan(0);
    expect(await panel.locator('.ages').innerText()).toMatch(/ as of \d{1,2} \w+ \d{4}, \d\d:\d\d UTC/);
    expect(await panel.locator('.notes li').count()).toBeGreaterThan(1);
    expect(await panel.locator('.sample').innerText()).toContain('Sample data');
    await close();
  });

  test.each(['light', 'dark'] as const)('has no serious barrier in the %s theme', async (colorScheme) => {
    const { page, close } = await openReport(browser, `#${tab.id}`, { colorScheme });
    expect(await barriers(page)).toEqual([]);
    await close();
  });

  test('is a table and a definition, too', async () => {
    const { page, complaints, close } = await openReport(browser, `#${tab.id}`);
    const panel = page.locator(`#panel-${tab.id}`);
    for (const toggle of await panel.locator('.toggle').all()) await toggle.click();
    expect(await panel.locator('.plot svg').count()).toBe(0);
    await panel.locator('.kpi .define').first().click();
    expect(await page.locator('#definition dd').allInnerTexts()).not.toContain('');
    await page.locator('#definition button').click();
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});

/** Menus, key figures and names on the map that a reader of this width does not see whole. */
const CUT = `(() => {
  const width = document.documentElement.clientWidth;
  const panel = document.querySelector('[role=tabpanel]:not([hidden])');
  const cut = [];
  for (const menu of panel.querySelectorAll('details.filter')) {
    menu.open = true;
    menu.dispatchEvent(new Event('toggle'));
    const { left, right } = menu.querySelector('.menu').getBoundingClientRect();
    if (left < 0 || right > width || document.documentElement.scrollWidth > width) cut.push('menu ' + menu.id);
    menu.open = false;
  }
  for (const value of panel.querySelectorAll('.kpi .value')) {
    const lines = new Set([...value.querySelectorAll('[data-unit]')].flatMap((figure) => [...figure.getClientRects()]).map(({ top }) => Math.round(top)));
    if (lines.size > 1) cut.push('figure ' + value.textContent);
  }
  // A legend that is too long has pages; the names on the map have none.
  for (const name of panel.id === 'panel-coverage' ? panel.querySelectorAll('.plot svg text') : []) {
    const { left, right } = name.getBoundingClientRect();
    const plot = name.closest('svg').getBoundingClientRect();
    if (left < plot.left - 1 || right > plot.right + 1) cut.push('name ' + name.textContent);
  }
  return cut;
})()`;

test.each([320, 768])('at %i pixels no menu, key figure or name on the map is cut', async (width) => {
  const { page, close } = await openReport(browser, '', { viewport: { width, height: 900 } });
  const cut: unknown[] = [];
  for (const { id } of tabs) {
    await openTab(page, id);
    cut.push(...((await page.evaluate(CUT)) as readonly string[]).map((what) => `${id}: ${what}`));
  }
  expect(cut).toEqual([]);
  await close();
});

test('every figure has its definition', async () => {
  const { page, close } = await openReport(browser);
  for (const { id } of tabs) {
    await openTab(page, id);
    for (const define of await page.locator(`#panel-${id} .define`).all()) {
      await define.click();
      expect([await define.innerText(), await page.locator('#definition dt').allInnerTexts()]).toEqual([
        expect.any(String),
        expect.arrayContaining(['Means', 'Unit', 'Population']),
      ]);
      await page.keyboard.press('Escape');
    }
  }
  await close();
});

/** What axe-core finds that keeps people out. */
async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } })')) as {
    violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[];
  };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

test('the theme that a reader has chosen is there when the report is opened again', async () => {
  const { page, complaints, close } = await openReport(browser);
  const theme = () => page.evaluate('document.documentElement.dataset.theme');
  expect(await theme()).toBe('light');
  await page.getByRole('button', { name: 'Dark' }).click();
  await page.reload();
  await page.locator('html.ready').waitFor();
  expect([await theme(), await page.getByRole('button', { name: 'Dark' }).getAttribute('aria-pressed')]).toEqual(['dark', 'true']);
  expect(complaints).toEqual([]);
  await close();
});
