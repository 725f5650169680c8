import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { tabs } from '../../infra/report/page/tabs/index.ts';
import { openReport, openTab } from './browser.ts';
import { startBrowser } from './chromium.ts';
import { SHOTS } from './sample.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
  await mkdir(SHOTS, { recursive: true });
});

afterAll(async () => {
  await browser.close();
});

describe.each([1440, 768, 390, 320])('%d pixels wide', (width) => {
  test.each(['light', 'dark'] as const)('every tab fits in the %s theme', async (colorScheme) => {
    const { page, complaints, close } = await openReport(browser, '', { viewport: { width, height: 900 }, colorScheme });
    for (const { id } of tabs) {
      await openTab(page, id);
      await page.screenshot({ path: join(SHOTS, `${id}-${width}-${colorScheme}.png`), fullPage: true });
      expect([id, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([id, width]);
    }
    expect(complaints).toEqual([]);
    await close();
  });
});

test.each([390, 320])('%d pixels wide, a chart cuts no title, none lies on another, and no two members look the same', async (width) => {
  const { page, close } = await openReport(browser, '', { viewport: { width, height: 900 } });
  for (const { id } of tabs) {
    await openTab(page, id);
    const problems = await page.evaluate(`[...document.querySelectorAll('#panel-${id} .plot svg')].flatMap((svg) => {
      const frame = svg.getBoundingClientRect();
      const texts = [...svg.querySelectorAll('text')].map((text) => ({ text: text.textContent, bold: /600/.test(text.outerHTML), box: text.getBoundingClientRect() }));
      const titles = texts.filter(({ bold }) => bold);
      const cut = titles.filter(({ box }) => box.right > frame.right + 1);
      const onOther = titles.filter((a) => titles.some((b) => b !== a && a.box.left < b.box.right && b.box.left < a.box.right && a.box.top < b.box.bottom - 2 && b.box.top < a.box.bottom - 2));
      // A label may have two lines, which are two texts.
      const short = texts.map(({ text }, place) => ({ text: (texts[place - 1]?.text ?? '') + ' ' + text })).filter(({ text }) => text.endsWith('…'));
      const same = short.filter(({ text }, place) => short.findIndex((other) => other.text === text) !== place);
      return [...cut, ...onOther, ...same].map(({ text }) => text);
    })`);
    expect([id, problems]).toEqual([id, []]);
    const broken = await page.evaluate(
      `[...document.querySelectorAll('#panel-${id} .small-value')].filter((value) => value.getClientRects().length > 1).map(({ textContent }) => textContent)`,
    );
    expect([id, broken]).toEqual([id, []]);
    // A moment takes two lines at the most: a row stays a row.
    const tall = await page.evaluate(`[...document.querySelectorAll('#panel-${id} tbody td')].filter((cell) => /UTC$/.test(cell.textContent)).filter((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return range.getClientRects().length > 2;
    }).length`);
    expect([id, tall]).toEqual([id, 0]);
  }
  await close();
});

test('printed, all tabs come one after another, light, with their charts and without controls', async () => {
  const { page, complaints, close } = await openReport(browser, '#support', { colorScheme: 'dark' });
  await page.pdf({ path: join(SHOTS, 'report.pdf'), preferCSSPageSize: true, printBackground: true });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.locator('html.printing').waitFor();
  expect(await page.locator('[role=tabpanel]:visible').count()).toBe(tabs.length);
  expect(await page.locator('.filters:visible, .toggle:visible, [role=tab]:visible').count()).toBe(0);
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light');
  const charts = await page.locator('.plot[role=img]').count();
  expect(await page.locator('.plot[role=img] svg').count()).toBe(charts);
  await page.screenshot({ path: join(SHOTS, 'print.png'), fullPage: true });
  await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
  await page.locator('html:not(.printing)').waitFor();
  expect(await page.locator('[role=tabpanel]:visible').count()).toBe(1);
  expect(complaints).toEqual([]);
  await close();
});

test('the theme follows the system, and the switch', async () => {
  const { page, close } = await openReport(browser, '', { colorScheme: 'dark' });
  const theme = () => page.evaluate('document.documentElement.dataset.theme');
  expect(await theme()).toBe('dark');
  await page.getByRole('button', { name: 'Dark' }).click();
  expect(await theme()).toBe('light');
  await close();
});
