import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { renderPage } from '../../infra/report/page/render.ts';
import { tabs } from '../../infra/report/page/tabs/index.ts';
import { openTab } from './browser.ts';
import { openPage, startBrowser } from './chromium.ts';
import { sampleData, variants } from './extreme-data.ts';
import { SHOTS } from './sample.ts';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(join(tmpdir(), 'extremes-'));
  await mkdir(SHOTS, { recursive: true });
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each(Object.entries(variants))('%s', (name, change) => {
  const slug = name.replaceAll(' ', '-');

  test.each([1440, 390])('every tab fits into %d pixels, and complains about nothing', async (width) => {
    const file = join(folder, `${slug}.html`);
    await writeFile(file, await renderPage(change(await sampleData())));
    const { page, complaints, close } = await openPage(browser, file, '', { viewport: { width, height: 900 } });
    for (const { id, cards } of tabs) {
      await openTab(page, id);
      await page.screenshot({ path: join(SHOTS, `extreme-${slug}-${id}-${width}.png`), fullPage: true });
      expect([id, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([id, width]);
      expect(await page.locator(`#panel-${id} .card`).count()).toBe(cards.length);
    }
    expect(complaints).toEqual([]);
    expect(await page.locator('img').count()).toBe(0);
    await close();
  });
});

test('a tab without data says what is missing and what to do', async () => {
  const file = join(folder, 'nothing.html');
  await writeFile(file, await renderPage(variants['nothing']?.(await sampleData()) ?? (await sampleData())));
  const { page, close } = await openPage(browser, file);
  for (const { id } of tabs) {
    await openTab(page, id);
    expect(await page.locator(`#panel-${id} .notice`).first().innerText()).toMatch(/^There are no [a-z ]+ in the warehouse yet: .+npm/);
  }
  await close();
});
