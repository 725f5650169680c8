import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type OpenReport, openPage } from './chromium.ts';
import { REPORT_FILE } from './sample.ts';

/** Opens the report of the samples, at a part of its address (`#tab?filters`). */
export async function openReport(browser: Browser, hash = '', options: BrowserContextOptions = {}): Promise<OpenReport> {
  return await openPage(browser, REPORT_FILE, hash, options);
}

/** Opens a tab, and waits until it is the one that is shown. */
export async function openTab(page: Page, id: string): Promise<void> {
  await page.locator(`#tab-${id}`).click();
  await page.locator(`#panel-${id}:not([hidden])`).waitFor();
}

/** Goes to a part of the address, and waits until the page has done so. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(`new Promise((done) => {
    const hash = ${JSON.stringify(hash)};
    if (location.hash === hash) return done();
    addEventListener('hashchange', () => done(), { once: true });
    location.hash = hash;
  })`);
}
