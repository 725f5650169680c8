import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { renderPage } from '../../../../infra/report/page/render.ts';
import { ORDER_DAYS, reportData, tableOf } from './report-fixture.ts';

const HOSTILE = '</script><script>alert(1)</script><!-- \u202e\u2028 "\' & ';
const MOST_BYTES = 3_000_000;

const parts = (html: string) => ({
  policy: html.match(/Content-Security-Policy" content="([^"]+)"/)?.[1] ?? '',
  style: html.match(/<style>([\s\S]*?)<\/style>/)?.[1] ?? '',
  scripts: [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)].map(([, attributes, text]) => ({ attributes, text: text ?? '' })),
});
const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

test('the page asks nobody for anything and runs its own script only', async () => {
  const { policy, style, scripts } = parts(await renderPage(reportData({ mtr_order_days: ORDER_DAYS })));
  expect(policy).toBe(`default-src 'none'; script-src ${hash(scripts[1]?.text ?? '')}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`);
  expect(scripts).toHaveLength(2);
});

test('a text of the data cannot end the script, and arrives as it was', async () => {
  const data = reportData({ mtr_order_days: tableOf([{ date: '2026-01-01', campaign: HOSTILE, revenue: 1 }]) }, { currency: HOSTILE });
  const html = await renderPage(data);
  expect(html).not.toContain('alert(1)');
  const packed = parts(html).scripts[0]?.text ?? '';
  expect(JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString())).toEqual(data);
});

test('the page without data is small, so that 2 MB are left for it', async () => {
  expect(Buffer.byteLength(await renderPage(reportData({})))).toBeLessThan(MOST_BYTES / 3);
});
