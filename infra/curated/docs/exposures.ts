import { columnsRead as columnsReadByPowerBi } from '../../power-bi/model-tables.ts';
import { columnsRead, TABS } from '../../report/page-table.ts';
import { pageTables } from '../../report/tables.ts';

/** Somebody outside who reads columns: what it reads must stay, or a test fails. */
export interface Exposure {
  readonly name: string;
  readonly kind: 'report' | 'export' | 'bi';
  readonly about: string;
  /** Columns by table of dataset `analytics`, as `v_<mart or metric>`. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
}

const MONEY = ['currency', 'as_of', 'completeness'];
const WHEN = ['as_of', 'completeness'];

/** The tabs of the report's page: what they read is declared once, with the page. */
const tabs: readonly Exposure[] = Object.entries(TABS).map(([name, about]) => ({
  name,
  kind: 'report',
  about,
  reads: Object.fromEntries(pageTables.filter((table) => table.tabs.some((tab) => tab === name)).map((table) => [`v_${table.name}`, columnsRead(table)])),
}));

export const exposures: readonly Exposure[] = [
  ...tabs,
  {
    name: 'Exports for spreadsheets',
    kind: 'export',
    about: 'What `npm run pipeline -- export` writes as CSV and Parquet: the columns of which whoever reads a file by them needs the same next month',
    reads: {
      v_mtr_revenue_by_month: ['month_start', 'orders', 'revenue', ...MONEY],
      v_mtr_product_performance: ['scope', 'scope_value', 'period', 'period_start', 'units', 'revenue', ...MONEY],
      v_mtr_support_performance: ['population', 'scope', 'scope_value', 'tickets', ...WHEN],
      v_mtr_ops_weekly: ['week_start', 'scope', 'scope_value', 'tickets', 'sla_violations', ...MONEY],
      v_mtr_churn_signals: ['customer_key', 'is_inactive', 'has_low_rating', 'has_many_tickets', 'signals', 'revenue', ...MONEY],
    },
  },
  {
    name: 'Power BI',
    kind: 'bi',
    about: 'The project in infra/power-bi: facts and dimensions, joined by their keys, with a date table',
    reads: columnsReadByPowerBi(),
  },
];

/** Columns that somebody outside reads and no view has, as `exposure: table.column`. */
export function missingColumns(columnsOf: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  return exposures.flatMap(({ name, reads }) =>
    Object.entries(reads).flatMap(([table, columns]) =>
      columns.filter((column) => columnsOf.get(table)?.has(column) !== true).map((column) => `${name}: ${table}.${column}`),
    ),
  );
}
