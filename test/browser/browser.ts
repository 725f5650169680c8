import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { REPORT_FILE } from './sample.ts';

/** A report that is open, and what went wrong in it. */
export interface OpenReport {
  readonly page: Page;
  /** Lines of the console, errors of scripts, and requests but that for the file itself. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Starts the browser; README.md tells why with these flags. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  });
}

/** Opens a report from the disk, at a part of its address (`#tab?filters`). */
export async function openReport(browser: Browser, hash = '', options: BrowserContextOptions = {}, file = REPORT_FILE): Promise<OpenReport> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', locale: 'en-GB', ...options });
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(address)) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`${address}${hash}`);
  await page.locator('html.ready').waitFor();
  return { page, complaints, close: () => context.close() };
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
