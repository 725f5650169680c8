import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A report that is open, and what went wrong in it. */
export interface OpenReport {
  readonly page: Page;
  /** Lines of the console, errors of scripts, and requests but that for the file itself. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Where the browser is. */
export const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether this machine has the browser. */
export async function hasBrowser(): Promise<boolean> {
  return await access(BROWSER).then(
    () => true,
    () => false,
  );
}

/** Starts the browser; README.md tells why with these flags. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: BROWSER,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  });
}

/** Opens a report from the disk, at a part of its address (`#tab?filters`). */
export async function openPage(browser: Browser, file: string, hash = '', options: BrowserContextOptions = {}): Promise<OpenReport> {
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
