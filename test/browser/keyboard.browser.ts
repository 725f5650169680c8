import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openReport } from './browser.ts';
import { startBrowser } from './chromium.ts';

const MOST_STEPS = 80;

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
});

const hasFocus = (page: Page, selector: string) =>
  page.evaluate(`document.activeElement !== null && document.activeElement.matches(${JSON.stringify(selector)})`);

/** Walks with Tab until an element has the focus. */
async function walkTo(page: Page, selector: string): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (await hasFocus(page, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} is not reached with ${MOST_STEPS} steps of Tab`);
}

test('the first step skips to the figures', async () => {
  const { page, close } = await openReport(browser, '#support');
  await page.keyboard.press('Tab');
  expect(await hasFocus(page, '#skip')).toBe(true);
  await page.keyboard.press('Enter');
  expect(await hasFocus(page, '#report')).toBe(true);
  expect(await page.locator('#panel-support').isVisible()).toBe(true);
  await close();
});

test('arrow keys, Home and End walk through the tabs', async () => {
  const { page, close } = await openReport(browser, '#executive');
  await walkTo(page, '#tab-executive');
  const pressed: string[] = [];
  for (const key of ['ArrowRight', 'End', 'ArrowRight', 'ArrowLeft', 'Home']) {
    await page.keyboard.press(key);
    pressed.push((await page.locator('[role=tab][aria-selected=true]').getAttribute('id')) ?? '');
    expect(await hasFocus(page, '[role=tab][aria-selected=true]')).toBe(true);
  }
  expect(pressed).toEqual(['tab-acquisition', 'tab-pipeline', 'tab-executive', 'tab-pipeline', 'tab-executive']);
  await close();
});

test('filters are chosen, closed and reset', async () => {
  const { page, close } = await openReport(browser, '#executive');
  await walkTo(page, '#executive-campaign_channel summary');
  await page.keyboard.press('Enter');
  await walkTo(page, '#executive-campaign_channel input[value=facebook]');
  await page.keyboard.press('Space');
  expect(new URL(page.url()).hash).toBe('#executive?campaign_channel=facebook');
  expect(await hasFocus(page, '#executive-campaign_channel input[value=facebook]')).toBe(true);
  await page.keyboard.press('Escape');
  expect(await hasFocus(page, '#executive-campaign_channel summary')).toBe(true);
  await walkTo(page, '#panel-executive .reset');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#executive');
  await close();
});

test('a definition opens, closes, and gives the focus back', async () => {
  const { page, close } = await openReport(browser, '#executive');
  await walkTo(page, '#panel-executive .kpi .define');
  await page.keyboard.press('Enter');
  expect(await page.locator('#definition').isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await page.locator('#definition').isVisible()).toBe(false);
  expect(await hasFocus(page, '#panel-executive .kpi .define')).toBe(true);
  await close();
});

test('a chart becomes a table and a chart again', async () => {
  const { page, close } = await openReport(browser, '#executive');
  await walkTo(page, '#revenue-by-day .toggle');
  await page.keyboard.press('Enter');
  expect(await page.locator('#revenue-by-day table').count()).toBe(1);
  expect(await hasFocus(page, '#revenue-by-day .toggle[aria-pressed=true]')).toBe(true);
  await page.keyboard.press('Enter');
  expect(await page.locator('#revenue-by-day svg').count()).toBe(1);
  await close();
});

test('what has the focus can be seen', async () => {
  const { page, close } = await openReport(browser, '#executive');
  for (const selector of ['#tab-executive', '#executive-country summary', '#panel-executive .kpi .define', '#revenue-by-day .toggle']) {
    await walkTo(page, selector);
    expect([selector, await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')]).toEqual([selector, 'solid']);
  }
  await close();
});
