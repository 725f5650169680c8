import type { PgValue } from './postgrest-values.ts';
import { digits, int, list, mulberry32, pick, type Random } from './random.ts';
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
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2020, 10, 1);
const DAYS = 90;
const CAMPAIGNS = 50;
const CONTACTS = 2_000;
const ORDERS = 700;
const CHANNELS = ['google', 'facebook', 'display', 'direct', 'organic'];
const COUNTRIES = ['US', 'GB', 'JP', 'AU', 'BR', 'DE', 'FR', 'CA', 'KR'];

/** What people would drop into the bucket: exports of a CRM and a shop, each in its own style, and rates of exchange. The same seed gives the same files. */
export function generateCsvExports(seed: number): readonly CsvExport[] {
  const random = mulberry32(seed ^ 0x3c6ef372);
  const shop = generateSupabase({ seed: seed + 1, customers: 300, products: 42, sales: 900, support_tickets: 300 }).rows;
  const file = (stream: string, rows: readonly Row[], style: Style): CsvExport => ({ stream, text: csvText(rows, style) });
  return [
    file('crm_csv/campaigns', list(CAMPAIGNS, campaign(random)), TABS),
    file('crm_csv/contacts', list(CONTACTS, contact(random)), SPREADSHEET),
    file('crm_csv/orders', list(ORDERS, order(random)), PLAIN),
    file('crm_csv/customers', shop.customers.map(withoutChange), PLAIN),
    file('crm_csv/products', shop.products.map(withoutChange), SPREADSHEET),
    file('crm_csv/sales', shop.sales.map(withoutChange), PLAIN),
    file('crm_csv/support_tickets', shop.support_tickets.map(withoutChange), TABS),
    file('reference/fx_rates', rates(random), PLAIN),
  ];
}

function campaign(random: Random) {
  return (at: number): Row => {
    const start = int(random, 0, 16);
    const name = `Campaign_${digits(at + 1, 4)}`;
    const objective = pick(random, ['awareness', 'traffic', 'conversion']);
    const channel = pick(random, CHANNELS);
    return {
      campaign_id: campaignId(at),
      campaign_name: name,
      channel,
      objective,
      start_date: day(start),
      end_date: day(start + int(random, 6, 55)),
      status: 'active',
    };
  };
}

/** An address may belong to two contacts, and days come as `30-11-2020`. */
function contact(random: Random) {
  return (at: number): Row => ({
    contact_id: `C${digits(at + 1, 5)}`,
    email: `contact${int(random, 1, 100) === 1 ? at : at + 1}@example.com`,
    created_at: day(-int(random, 1, 600))
      .split('-')
      .reverse()
      .join('-'),
    country: pick(random, COUNTRIES),
    phone: `+44 20 7946 ${digits(int(random, 0, 999), 4)}`,
    email_opt_in: random() < 0.7,
  });
}

function order(random: Random) {
  return (at: number): Row => {
    const when = FIRST_DAY + int(random, 0, DAYS * 24) * 3_600_000;
    const channel = pick(random, CHANNELS);
    return {
      order_id: `O${digits(at + 1, 6)}`,
      contact_id: `C${digits(int(random, 1, CONTACTS), 5)}`,
      user_pseudo_id: `${int(random, 1e6, 9e6)}.${digits(at, 4)}`,
      order_ts: new Date(when).toISOString().slice(0, 19).replace('T', ' '),
      order_date: new Date(when).toISOString().slice(0, 10),
      amount: int(random, 8_441, 254_962) / 100,
      currency: 'GBP',
      items: pick(random, [1, 1, 1, 1, 2, 3]),
      campaign_id: campaignId(int(random, 0, CAMPAIGNS - 1)),
      channel,
      utm_source: channel,
      utm_medium: pick(random, ['none', 'organic', 'paid_search', 'referral', 'social']),
      transaction_id: `T${digits(at + 1, 6)}`,
      is_repeat: random() < 0.15,
      payment_method: pick(random, ['card', 'card', 'card', 'paypal', 'klarna', 'bank_transfer']),
    };
  };
}

/** A pound in dollars and a dollar in pounds, day by day. */
function rates(random: Random): readonly Row[] {
  return list(DAYS + 2, (at) => {
    const pound = int(random, 12_900, 13_700);
    return [
      { rate_date: day(at), currency: 'GBP', reporting_currency: 'USD', rate: pound / 10_000 },
      { rate_date: day(at), currency: 'USD', reporting_currency: 'GBP', rate: Math.round(1e8 / pound) / 10_000 },
    ];
  }).flat();
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

function campaignId(at: number): string {
  return `CMP_${digits(at + 1, 4)}`;
}

function day(number: number): string {
  return new Date(FIRST_DAY + number * DAY_MS).toISOString().slice(0, 10);
}
