import type { PgRow, PgType, PgValue } from './postgrest-values.ts';
import { digits, int, list, mulberry32, pick, type Random } from './random.ts';
import { type GeneratedRecord, type Spoiling, spoil } from './spoiling.ts';

export type SupabaseTable = 'customers' | 'products' | 'sales' | 'support_tickets';

/** What is wrong on purpose, and in how many rows; no row carries two defects. */
export interface SupabaseDefect {
  readonly table: SupabaseTable;
  readonly kind: SupabaseDefectKind;
  readonly count: number;
}

/** `wrong-total` and `unknown-customer` are right by the contract of a row; `late` came weeks after the day that it is about. */
export type SupabaseDefectKind =
  | 'no-email'
  | 'no-at-sign'
  | 'other-gender'
  | 'impossible-age'
  | 'no-name'
  | 'wrong-total'
  | 'unknown-customer'
  | 'no-quantity'
  | 'late'
  | 'odd-status'
  | 'not-answered'
  | 'answered-after-resolution'
  | 'rating-of-seven';

export interface SupabaseSize {
  readonly seed: number;
  readonly customers?: number;
  readonly products?: number;
  readonly sales?: number;
  readonly support_tickets?: number;
}

export interface SupabaseData {
  readonly rows: Readonly<Record<SupabaseTable, readonly PgRow[]>>;
  readonly defects: readonly SupabaseDefect[];
}

/** The columns of each table; the first one is its key. */
export const SUPABASE_COLUMNS = {
  customers: {
    customer_id: 'int8',
    customer_name: 'text',
    customer_email: 'text',
    customer_age: 'int8',
    customer_gender: 'text',
    first_ticket_date: 'date',
    last_ticket_date: 'date',
    location: 'text',
    account_age_years: 'int8',
    income_bracket: 'text',
    signup_date: 'date',
    updated_at: 'timestamptz',
  },
  products: { product_id: 'int8', product_name: 'text', brand: 'text', category: 'text', updated_at: 'timestamptz' },
  sales: {
    sale_id: 'int8',
    customer_id: 'int8',
    product_id: 'int8',
    quantity: 'int8',
    unit_price: 'numeric',
    total_amount: 'numeric',
    currency: 'text',
    payment_method: 'text',
    purchase_date: 'date',
    updated_at: 'timestamptz',
  },
  support_tickets: {
    ticket_id: 'int8',
    customer_id: 'int8',
    customer_email: 'text',
    ticket_type: 'text',
    ticket_subject: 'text',
    ticket_description: 'text',
    ticket_status: 'text',
    resolution: 'text',
    ticket_priority: 'text',
    ticket_channel: 'text',
    ticket_created: 'timestamptz',
    first_response_time: 'timestamptz',
    time_to_resolution: 'timestamptz',
    frt_minutes: 'numeric',
    ttr_minutes: 'numeric',
    customer_satisfaction: 'int8',
    updated_at: 'timestamptz',
  },
} as const satisfies Readonly<Record<SupabaseTable, Readonly<Record<string, PgType>>>>;

const FIRST_DAY = Date.UTC(2020, 0, 1);
const DAYS = 690;
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** One statement has touched so many sales that rows with one updated_at fill more than a page. */
const SALES_OF_ONE_STATEMENT = 0.3;
const ONE_STATEMENT = '2024-02-29T03:00:00.000001+00:00';

const NAMES = ['Aoife Byrne', "Seán O'Neill", 'Zoë Hughes', 'Priya Nair', 'Tomasz Wójcik', 'Grace Okafor', 'Li Wei', 'Megan Davies'];
const CITIES = ['London', 'London', 'London', 'Manchester', 'Birmingham', 'Leeds', 'Glasgow', 'Edinburgh', 'Sheffield', 'Liverpool', 'Newcastle', 'Bristol'];
const BRANDS = ['Aurora', 'Bright & Co.', 'Cobalt', 'Délice', 'Ember', 'Fjord'];
const KINDS = ['Laptop', 'Phone', 'Tablet', 'TV', 'Console', 'Camera', 'Smart Home', 'Audio', 'Wearable', 'Appliance', 'Software', 'Other'];
const TICKET_TYPES = ['Refund Request', 'Technical Issue', 'Billing Inquiry', 'Product Inquiry', 'Cancellation Request'];
const SUBJECTS = ['Network problem', 'Account access', 'Delivery problem', 'Battery life', 'Payment issue', 'Data loss'];
const DESCRIPTIONS = ['It stopped working, "again".', 'Where is my order?\nI paid last week.', 'Please help; the app says (error 7)', 'Ça ne marche pas.'];

const SPOILINGS: Readonly<Record<SupabaseTable, readonly Spoiling<SupabaseDefectKind>[]>> = {
  customers: [
    { kind: 'no-email', count: 3, spoil: (row) => ({ ...row, customer_email: null }) },
    { kind: 'no-at-sign', count: 2, spoil: (row) => ({ ...row, customer_email: 'nobody.example.com' }) },
    { kind: 'other-gender', count: 2, spoil: (row) => ({ ...row, customer_gender: 'F' }) },
    { kind: 'impossible-age', count: 1, spoil: (row) => ({ ...row, customer_age: 999 }) },
  ],
  products: [{ kind: 'no-name', count: 2, spoil: (row) => ({ ...row, product_name: null }) }],
  sales: [
    { kind: 'wrong-total', count: 3, spoil: (row) => ({ ...row, total_amount: Number(row['unit_price']) + 100 }) },
    { kind: 'unknown-customer', count: 2, spoil: (row) => ({ ...row, customer_id: 1 }) },
    { kind: 'no-quantity', count: 2, spoil: (row) => ({ ...row, quantity: null }) },
    { kind: 'late', count: 4, spoil: (row, earlier) => ({ ...row, purchase_date: earlier['purchase_date'], updated_at: '2024-12-24T18:30:00.5+00:00' }) },
  ],
  support_tickets: [
    { kind: 'odd-status', count: 2, spoil: (row) => ({ ...row, ticket_status: 'closed?' }) },
    { kind: 'not-answered', count: 5, spoil: (row) => ({ ...row, first_response_time: null, frt_minutes: null, ticket_status: 'Open' }) },
    { kind: 'answered-after-resolution', count: 3, spoil: (row) => ({ ...row, ttr_minutes: -12 }) },
    { kind: 'rating-of-seven', count: 1, spoil: (row) => ({ ...row, customer_satisfaction: 7 }) },
  ],
};

/** Makes the four tables; the same seed and sizes give the same rows on every machine. All changes lie in 2024. */
export function generateSupabase({ seed, customers = 3_000, products = 1_200, sales = 9_000, support_tickets = 3_000 }: SupabaseSize): SupabaseData {
  const defects: SupabaseDefect[] = [];
  /** One sequence per table: the size of one does not change what is in the others. */
  const make = (table: SupabaseTable, offset: number, length: number, row: (random: Random, at: number) => GeneratedRecord): readonly PgRow[] => {
    const random = mulberry32(seed ^ offset);
    const rows = list(length, (at) => row(random, at));
    defects.push(...spoil(rows, SPOILINGS[table], random).map((defect) => ({ table, ...defect })));
    return rows as PgRow[];
  };
  const rows = {
    customers: make('customers', 0, customers, customer),
    products: make('products', 0x5bd1e995, products, product),
    sales: make('sales', 0x27d4eb2f, sales, (random, at) => sale(random, at, sales, customers, products)),
    support_tickets: make('support_tickets', 0x165667b1, support_tickets, (random, at) => ticket(random, at, customers)),
  };
  return { rows, defects };
}

function customer(random: Random, at: number): Record<string, PgValue> {
  const id = customerId(at);
  const name = pick(random, NAMES);
  const signup = int(random, 0, DAYS);
  const ticket = signup + int(random, 0, 900);
  return {
    customer_id: id,
    customer_name: name,
    customer_email: `customer${id}@example.com`,
    customer_age: int(random, 18, 70),
    customer_gender: pick(random, ['Female', 'Female', 'Male', 'Male', 'Other']),
    first_ticket_date: day(ticket),
    last_ticket_date: day(ticket + (random() < 0.01 ? 20 : 0)),
    location: pick(random, CITIES),
    account_age_years: int(random, 3, 5),
    income_bracket: pick(random, ['Low', 'Medium', 'Medium', 'High']),
    signup_date: day(signup),
    updated_at: change(random),
  };
}

function product(random: Random, at: number): Record<string, PgValue> {
  const category = pick(random, KINDS);
  const brand = pick(random, BRANDS);
  return { product_id: productId(at), product_name: `${brand} ${category} ${digits(at, 4)}`, brand, category, updated_at: change(random) };
}

function sale(random: Random, at: number, sales: number, customers: number, products: number): Record<string, PgValue> {
  const quantity = pick(random, [1, 1, 1, 2, 3, 4]);
  const pence = int(random, 11_435, 170_322);
  return {
    sale_id: 500_000 + at,
    customer_id: customerId(int(random, 0, customers - 1)),
    product_id: productId(int(random, 0, products - 1)),
    quantity,
    unit_price: pence / 100,
    total_amount: (pence * quantity) / 100,
    currency: 'GBP',
    payment_method: pick(random, ['card', 'card', 'card', 'paypal', 'bank_transfer']),
    purchase_date: day(int(random, 0, DAYS)),
    updated_at: at < sales * SALES_OF_ONE_STATEMENT ? ONE_STATEMENT : change(random),
  };
}

function ticket(random: Random, at: number, customers: number): Record<string, PgValue> {
  const customerAt = customerId(int(random, 0, customers - 1));
  const created = Date.UTC(2023, 4, 31) + int(random, 0, 2_880) * MINUTE_MS;
  const answered = int(random, 5, 179);
  const resolved = answered + int(random, 10, 1_400);
  return {
    ticket_id: 9_000 + at,
    customer_id: customerAt,
    customer_email: `customer${customerAt}@example.com`,
    ticket_type: pick(random, TICKET_TYPES),
    ticket_subject: pick(random, SUBJECTS),
    ticket_description: pick(random, DESCRIPTIONS),
    ticket_status: 'Closed',
    resolution: pick(random, ['Replaced', 'Refunded', 'Explained', '', null]),
    ticket_priority: pick(random, ['Low', 'Medium', 'High', 'Critical']),
    ticket_channel: pick(random, ['Email', 'Phone', 'Social Media', 'Chat']),
    ticket_created: moment(created),
    first_response_time: moment(created + answered * MINUTE_MS),
    time_to_resolution: moment(created + resolved * MINUTE_MS),
    frt_minutes: answered,
    ttr_minutes: resolved,
    customer_satisfaction: int(random, 1, 5),
    updated_at: change(random),
  };
}

function customerId(at: number): number {
  return 1_001 + at * 3;
}

function productId(at: number): number {
  return 11 + at;
}

function day(number: number): string {
  return moment(FIRST_DAY + number * DAY_MS).slice(0, 10);
}

/** When a row was changed, to the microsecond as Postgres writes it: without zeros at the end. */
function change(random: Random): string {
  const seconds = moment(Date.UTC(2024, 0, 1) + int(random, 0, 364 * 86_400) * 1000).slice(0, 19);
  const fraction = digits(int(random, 0, 999_999), 6).replace(/0+$/, '');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}+00:00`;
}

function moment(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}+00:00`;
}
