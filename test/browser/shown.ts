import type { Page } from 'playwright-core';

const UNITS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** A figure as a reader sees it: its value in whole units, and half of its last digit. */
export interface Shown {
  readonly value: number;
  readonly half: number;
}

/** Reads a figure with its unit: £696.4K, 15.3%, 1.60 h, 7,000. */
export function parseShown(text: string, unit: string | null): Shown {
  const match = /^(?<sign>-?)(?<currency>£?)(?<digits>[\d,]+)(?:\.(?<decimals>\d+))?(?<times>[KMBT]?)(?<mark>%| h| s|)$/.exec(text.trim());
  const { sign = '', currency = '', digits = '', decimals = '', times = '', mark = '' } = match?.groups ?? {};
  const isRight = match !== null && (currency === '£') === (unit === 'money') && mark === markOf(unit);
  if (!isRight) throw new Error(`"${text}" is no figure in the unit ${unit}`);
  const scale = (UNITS[times] ?? 1) * (mark === '%' ? 0.01 : 1);
  const value = Number(`${sign}${digits.replaceAll(',', '')}.${decimals || '0'}`) * scale;
  return { value, half: 0.5 * 10 ** -decimals.length * scale };
}

function markOf(unit: string | null): string {
  if (unit === 'percent' || unit === 'rate') return '%';
  if (unit === 'hours') return ' h';
  return unit === 'seconds' ? ' s' : '';
}

/** A key figure of the tab that is shown, on the card and in its title, where it stands in full. */
export async function keyFigure(page: Page, name: string): Promise<readonly Shown[]> {
  const place = page.locator(`[role=tabpanel]:not([hidden]) [data-figure="${name}"]`).first().locator('[data-unit]').first();
  const unit = await place.getAttribute('data-unit');
  return [parseShown(await place.innerText(), unit), parseShown((await place.getAttribute('title')) ?? '', unit)];
}

/** A cell of a card's table, by the text of its row and of its column. */
export async function cellOf(page: Page, card: string, row: string, column: string): Promise<Shown> {
  const place = page.locator(`#${card}`);
  const toggle = place.locator('.toggle[aria-pressed=false]');
  if ((await toggle.count()) > 0) await toggle.click();
  const heads = await place.locator('thead th').allInnerTexts();
  const at = heads.findIndex((head) => head === column);
  if (at < 0) throw new Error(`${card} has no column "${column}" but ${heads.join(' | ')}`);
  const own = place
    .locator('tbody tr')
    .filter({ has: page.locator('th', { hasText: new RegExp(`^${escaped(row)}( |$)`) }) })
    .first();
  const cell = own.locator('th, td').nth(at);
  return parseShown(await cell.innerText(), await cell.getAttribute('data-unit'));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
