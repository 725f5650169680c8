import type { Context } from '../../../../infra/report/page/figures/figure.ts';
import { type Filters, NO_FILTERS } from '../../../../infra/report/page/figures/filters.ts';
import { openReport } from '../../../../infra/report/page/figures/report.ts';
import { formatOf } from '../../../../infra/report/page/format.ts';
import type { ReportColumn, ReportData, ReportTable } from '../../../../infra/report/report-data.ts';

type Value = string | number | boolean | null;

/** A table from its rows; a column of texts that end in _start, _month or are called date holds days. */
export function tableOf(rows: readonly Readonly<Record<string, Value>>[], more: Partial<ReportTable> = {}): ReportTable {
  const names = Object.keys(rows[0] ?? {});
  const columns = Object.fromEntries(
    names.map((name) => [
      name,
      columnOf(
        name,
        rows.map((row) => row[name] ?? null),
      ),
    ]),
  );
  return { rows: rows.length, columns, population: 'everybody', caveats: [], asOf: '2026-03-01T06:00:00Z', ...more };
}

function columnOf(name: string, values: readonly Value[]): ReportColumn {
  const known = values.find((value) => value !== null);
  if (typeof known === 'number') return { type: 'number', values: values.map((value) => (value === null ? null : Number(value))) };
  if (typeof known === 'boolean') return { type: 'boolean', values: values.map((value) => (value === null ? null : value === true)) };
  const words = [...new Set(values.filter((value) => value !== null).map(String))];
  const places = values.map((value) => (value === null ? null : words.indexOf(String(value))));
  return { type: /(^date|_day|_start|_month)$/.test(name) ? 'date' : 'text', words, values: places };
}

export function reportData(tables: Readonly<Record<string, ReportTable>>, more: Partial<ReportData> = {}): ReportData {
  return { madeAt: '2026-03-01T06:30:00Z', currency: 'GBP', isSample: false, tables, definitions: {}, tests: [], ...more };
}

/** What cards are drawn from, with these filters. */
export function contextOf(tables: Readonly<Record<string, ReportTable>>, filters: Partial<Filters> = {}): Context {
  return { report: openReport(reportData(tables)), filters: { ...NO_FILTERS, ...filters }, format: formatOf('GBP') };
}

/** Orders of a day; a revenue of null where none has a rate. */
export const order = (date: string, campaign_channel: string, country: string, revenue: number | null, repeats = 0) => ({
  date,
  campaign_channel,
  campaign: `C-${campaign_channel}`,
  order_channel: 'shop',
  country,
  utm_source: campaign_channel,
  payment_method: 'card',
  orders: 1,
  items: 1,
  revenue,
  priced_orders: revenue === null ? 0 : 1,
  new_buyers: 1 - repeats,
  repeat_orders: repeats,
  new_revenue: repeats === 0 ? revenue : 0,
  repeat_revenue: repeats === 0 ? 0 : revenue,
  completeness: 'final',
});

/** Three months of orders; the first begins before the data does, the last is not over. */
export const ORDER_DAYS = tableOf([
  order('2026-01-05', 'google', 'GB', 100),
  order('2026-01-20', 'facebook', 'US', 50.1, 1),
  order('2026-02-03', 'google', 'US', 200.2),
  order('2026-02-10', 'google', 'GB', 0.3, 1),
  order('2026-03-01', 'direct', 'GB', 10),
]);

const buyers = (scope: string, scope_value: string, period: string, period_start: string, count: number) => ({
  period,
  period_start,
  scope,
  scope_value,
  orders: count,
  buyers: count,
  completeness: 'final',
});

export const OVERVIEW = tableOf([
  buyers('all', 'all', 'all', '2026-01-05', 4),
  buyers('all', 'all', 'month', '2026-02-01', 2),
  buyers('campaign_channel', 'google', 'all', '2026-01-05', 3),
  buyers('campaign_channel', 'google', 'month', '2026-02-01', 2),
  buyers('campaign_channel', 'facebook', 'all', '2026-01-20', 1),
  buyers('country', 'GB', 'all', '2026-01-05', 3),
]);
