import { generateMarketing } from './marketing-data.ts';
import type { PgValue } from './postgrest-values.ts';
import { mulberry32 } from './random.ts';
import { generateSupabase } from './supabase-data.ts';

/** A file as some system exports it. */
export interface CsvExport {
  /** `<source>/<stream>`. */
  readonly stream: string;
  readonly text: string;
}

type Row = Readonly<Record<string, PgValue>>;

/** How a system writes CSV. */
interface Style {
  readonly delimiter: ',' | ';' | '\t';
  readonly lineEnd: '\n' | '\r\n';
  readonly mark?: string;
}

const PLAIN: Style = { delimiter: ',', lineEnd: '\n' };
const SPREADSHEET: Style = { delimiter: ';', lineEnd: '\r\n', mark: '\ufeff' };
const TABS: Style = { delimiter: '\t', lineEnd: '\n' };

/** What people would drop into the bucket: exports of a CRM, a shop, ads and web analytics, each in its own style, and rates of exchange. The same seed gives the same files. */
export function generateCsvExports(seed: number): readonly CsvExport[] {
  const marketing = generateMarketing(mulberry32(seed ^ 0x3c6ef372));
  const shop = generateSupabase({ seed: seed + 1, customers: 300, products: 42, sales: 900, support_tickets: 300 }).rows;
  const file = (stream: string, rows: readonly Row[], style: Style): CsvExport => ({ stream, text: csvText(rows, style) });
  return [
    file('crm_csv/campaigns', marketing.campaigns, TABS),
    file('crm_csv/contacts', marketing.contacts, SPREADSHEET),
    file('crm_csv/orders', marketing.orders, PLAIN),
    file('crm_csv/customers', shop.customers.map(withoutChange), PLAIN),
    file('crm_csv/products', shop.products.map(withoutChange), SPREADSHEET),
    file('crm_csv/sales', shop.sales.map(withoutChange), PLAIN),
    file('crm_csv/support_tickets', shop.support_tickets.map(withoutChange), TABS),
    file('reference/fx_rates', marketing.rates, PLAIN),
    file('meta_ads/insights', marketing.insights, PLAIN),
    file('ga4/transactions', marketing.transactions, PLAIN),
  ];
}

/** When the database changed a row is nothing that an export tells. */
function withoutChange({ updated_at: _when, ...row }: Row): Row {
  return row;
}

function csvText(rows: readonly Row[], { delimiter, lineEnd, mark = '' }: Style): string {
  const line = (cells: readonly PgValue[]) => cells.map((cell) => quoted(cell === null ? '' : String(cell), delimiter)).join(delimiter);
  const names = Object.keys(rows[0] ?? {});
  return `${mark}${[names, ...rows.map((row) => names.map((name) => row[name] ?? null))].map(line).join(lineEnd)}${lineEnd}`;
}

function quoted(text: string, delimiter: string): string {
  return text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
