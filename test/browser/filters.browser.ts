import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openReport, openTab } from './browser.ts';
import { startBrowser } from './chromium.ts';
import { keyFigure } from './shown.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
});

const revenue = async (page: Page) => (await keyFigure(page, 'mtr_order_days.revenue'))[1]?.value ?? 0;

async function choose(page: Page, tab: string, filter: string, members: readonly string[]): Promise<void> {
  const menu = page.locator(`#panel-${tab} [data-filter=${filter}]`);
  await menu.locator('summary').click();
  for (const member of members) await menu.getByLabel(member, { exact: true }).click();
  await page.keyboard.press('Escape');
}

test('one filter, then another, then none: figures go down and come back', async () => {
  const { page, complaints, close } = await openReport(browser, '#executive');
  const all = await revenue(page);
  await choose(page, 'executive', 'campaign_channel', ['google']);
  const google = await revenue(page);
  await choose(page, 'executive', 'country', ['Brazil']);
  const both = await revenue(page);
  expect([google < all, both < google, both > 0]).toEqual([true, true, true]);
  await page.locator('#panel-executive .reset').click();
  expect(await revenue(page)).toBe(all);
  expect(complaints).toEqual([]);
  await close();
});

test('members of one filter are added up', async () => {
  const { page, close } = await openReport(browser, '#executive?campaign_channel=google');
  const google = await revenue(page);
  await choose(page, 'executive', 'campaign_channel', ['google', 'direct']);
  const direct = await revenue(page);
  await choose(page, 'executive', 'campaign_channel', ['google']);
  expect(await revenue(page)).toBeCloseTo(google + direct, 2);
  await close();
});

test('the address keeps tab and filters when the page is loaded again', async () => {
  const { page, close } = await openReport(browser, '#executive');
  await choose(page, 'executive', 'utm_source', ['direct']);
  await page.locator('#executive-from').fill('2020-12-01');
  const before = await revenue(page);
  await page.reload();
  await page.locator('html.ready').waitFor();
  expect(await revenue(page)).toBe(before);
  expect(await page.locator('#tab-executive').getAttribute('aria-selected')).toBe('true');
  expect(await page.locator('#executive-from').inputValue()).toBe('2020-12-01');
  await close();
});

test('what cannot be put together says so, and comes back without the filter', async () => {
  const { page, close } = await openReport(browser, '#executive?campaign_channel=google&country=GB');
  const buyers = page.locator('#panel-executive [data-figure="mtr_executive_overview.buyers"]');
  expect(await buyers.innerText()).toContain('Not available for this combination of filters');
  expect(await page.locator('#told').innerText()).toContain('1 of 6 key figures are not available');
  await page.locator('#panel-executive .reset').click();
  expect(await buyers.locator('.value').count()).toBe(1);
  await close();
});

test('a card that does not follow a filter says so', async () => {
  const { page, close } = await openReport(browser, '#pipeline?from=2026-01-01');
  expect(await page.locator('#freshness .ignored').innerText()).toBe('Not filtered by date');
  await close();
});

test('filters of other tabs have no effect, and that is said', async () => {
  const { page, close } = await openReport(browser, '#support?priority=High');
  await openTab(page, 'coverage');
  expect(await page.locator('#panel-coverage .filters').innerText()).toContain('Filters of other tabs have no effect here');
  await openTab(page, 'support');
  expect(await page.locator('#panel-support [data-filter=priority] .chosen').innerText()).toBe('High');
  await close();
});

test('dates filter ads and orders alike', async () => {
  const { page, close } = await openReport(browser, '#acquisition');
  const spend = async () => (await keyFigure(page, 'mtr_ad_days.ad_spend'))[1]?.value ?? 0;
  const all = await spend();
  await page.locator('#acquisition-to').fill('2020-11-30');
  expect(await spend()).toBeLessThan(all);
  await close();
});
