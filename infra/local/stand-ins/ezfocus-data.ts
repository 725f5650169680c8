import { digits, int, list, mulberry32, pick, type Random } from './random.ts';
import { type GeneratedRecord, type Spoiling, spoil } from './spoiling.ts';

export type EzFocusDataSet = 'accounts' | 'callReports' | 'inventory';

export type EzFocusRecord = GeneratedRecord;

/** What is wrong on purpose, and in how many records; no record carries two defects. */
export interface EzFocusDefect {
  readonly dataSet: EzFocusDataSet;
  readonly kind: EzFocusDefectKind;
  readonly count: number;
}

export type EzFocusDefectKind =
  | 'no-number'
  | 'other-province'
  | 'zero-coordinates'
  | 'null-coordinates'
  | 'text-coordinates'
  | 'zero-date'
  | 'us-date'
  | 'duplicate-number'
  | 'no-name'
  | 'no-sales-rep';

export interface EzFocusData {
  readonly accounts: readonly EzFocusRecord[];
  readonly callReports: readonly EzFocusRecord[];
  readonly inventory: readonly EzFocusRecord[];
  readonly defects: readonly EzFocusDefect[];
}

export interface EzFocusSize {
  readonly seed: number;
  readonly accounts?: number;
  readonly callReports?: number;
  readonly inventory?: number;
}

const FIRST_DAY = Date.UTC(2019, 3, 1);
const DAYS = 2_300;
const DAY_MS = 86_400_000;

const PLACES = [
  ['Toronto', 43.6532, -79.3832, 'M5V'],
  ['Ottawa', 45.4215, -75.6972, 'K1P'],
  ['Orléans', 45.4765, -75.5157, 'K1C'],
  ["L'Orignal", 45.6212, -74.6927, 'K0B'],
  ['Hamilton', 43.2557, -79.8711, 'L8P'],
  ['London', 42.9849, -81.2453, 'N6A'],
  ['Windsor', 42.3149, -83.0364, 'N9A'],
  ['Leamington', 42.0534, -82.5999, 'N8H'],
  ['St. Catharines', 43.1594, -79.2469, 'L2R'],
  ['Kingston', 44.2312, -76.486, 'K7L'],
  ['Greater Sudbury', 46.4917, -80.993, 'P3E'],
  ['Sault Ste. Marie', 46.5219, -84.3461, 'P6A'],
  ['Thunder Bay', 48.3809, -89.2477, 'P7B'],
  ['Kenora', 49.767, -94.4894, 'P9N'],
  ['Val-Côté', 49.7667, -83.4333, 'P0L'],
  ['Moosonee', 51.2794, -80.6463, 'P0L'],
] as const;
const NAMES = ["Cap'n Leaf", 'Fleur de Lune', 'Herbe & Café', "High Tide's End", 'Maple Bud Co.', 'Northern Haze', 'The Étoile Room', 'Trillium Green'];
const STREETS = ['Bank St', 'Chemin Montréal', "King's Rd", 'Main St E', 'Queen St W', 'Rue Principale', 'Yonge St'];
const REPS = ["Sean O'Neill", 'Zoë Bélanger', 'Priya Raman', 'François Côté', 'Hana Novák', 'Marcus Lee'];
const CHAINS = ['', '', '', 'Bloom Brothers', 'Étoile Cannabis', "O'Leaf & Sons", 'True North Buds'];
const POSTAL_LETTERS = [...'ABCEGHJKLMNPRSTVWXYZ'];

const REPORT_COLUMNS: Readonly<Record<string, (random: Random, row: number) => unknown>> = {
  report_id: (_random, row) => 500_001 + row,
  'Action Type': (random) => pick(random, ['Visit', 'Call', 'E-mail', 'Training']),
  'Action Time': (random) => `${digits(int(random, 8, 19), 2)}:${digits(int(random, 0, 59), 2)}`,
  visit_duration_min: (random) => int(random, 5, 90),
  'Contact Name': (random) => pick(random, ['', 'Renée Dubé', "Dana O'Brien", 'Li Wei', null]),
  'Contact Title': (random) => pick(random, ['Manager', 'Budtender', 'Owner', '']),
  'Contacted/Met': (random) => random() < 0.8,
  'Purpose of Visit': (random) => pick(random, ['Order', 'Listing', 'Merchandising', 'Training']),
  Notes: (random) => pick(random, ['', 'Asked for a display, "soon"', 'À rappeler lundi', 'Shelf full\nback in May', null]),
  notes: (random) => pick(random, ['', 'see Notes', null]),
  '2nd Visit': (random) => pick(random, ['Y', 'N', '']),
  'Next Action': (random) => pick(random, ['Follow up', 'None', '', null]),
  'Next Action Date': (random) => (random() < 0.5 ? day(random) : ''),
  'Order Taken': (random) => random() < 0.3,
  'Order Number': (random) => (random() < 0.3 ? digits(int(random, 1, 99_999), 5) : ''),
  'Order Total': (random) => pick(random, [null, '', '1,234.50', int(random, 100, 9_999) / 4]),
  'Units/Cases': (random) => pick(random, ['12.0', '3', '0', '']),
  'SKUs Listed': (random) => int(random, 0, 40),
  'SKUs Facing': (random) => pick(random, [0, 6, '6', null]),
  'Out of Stock': (random) => random() < 0.1,
  'Price Check': (random) => pick(random, ['OK', 'High', 'Low', '']),
  'Display/POSM': (random) => pick(random, ['Poster', 'Shelf talker', '', null]),
  'Samples Left': (random) => int(random, 0, 5),
  'Training Given': (random) => pick(random, ['Y', 'N', '']),
  'Staff Trained': (random) => pick(random, [0, 2, '2', '']),
  'Competitor Seen': (random) => pick(random, ['', 'None', "Grow'd", null]),
  'Budtender Score': (random) => pick(random, [1, 3, 5, 4.5, null]),
  'Photo Count': (random) => digits(int(random, 0, 12), 5),
  'Mileage km': (random) => (int(random, 0, 4_000) / 10).toFixed(1),
  'Latitude In': (random) => pick(random, [null, '', 43.65107]),
  'Longitude In': (random) => pick(random, [null, '', -79.347015]),
  'Sync Status': (random) => pick(random, ['synced', 'pending', '']),
};

const ACCOUNT_SPOILINGS: readonly Spoiling<EzFocusDefectKind>[] = [
  { kind: 'no-number', count: 3, spoil: (account) => ({ ...account, accnt_no: null }) },
  { kind: 'other-province', count: 2, spoil: (account) => ({ ...account, accnt_prov: 'QC' }) },
  { kind: 'zero-coordinates', count: 4, spoil: (account) => ({ ...account, latitude: 0, longitude: 0 }) },
  { kind: 'null-coordinates', count: 2, spoil: (account) => ({ ...account, latitude: null, longitude: null }) },
  { kind: 'text-coordinates', count: 2, spoil: (account) => ({ ...account, latitude: 'n/a', longitude: 'n/a' }) },
  { kind: 'zero-date', count: 3, spoil: (account) => ({ ...account, client_since: '0000-00-00' }) },
  { kind: 'us-date', count: 2, spoil: (account, _earlier, random) => ({ ...account, client_since: usDate(day(random)) }) },
  { kind: 'duplicate-number', count: 2, spoil: (account, earlier) => ({ ...account, accnt_no: earlier.accnt_no }) },
  { kind: 'no-name', count: 1, spoil: (account) => ({ ...account, accnt_name: null }) },
];
const REPORT_SPOILINGS: readonly Spoiling<EzFocusDefectKind>[] = [
  { kind: 'no-sales-rep', count: 2, spoil: (report, _earlier, random) => ({ ...report, sales_rep: random() < 0.5 ? null : '' }) },
];

/** Makes the three data sets of EZ Focus; the same seed and sizes give the same bytes on every machine. */
export function generateEzFocus({ seed, accounts = 2_684, callReports = 3_000, inventory = 20_000 }: EzFocusSize): EzFocusData {
  // One sequence per data set: the size of one does not change what is in the others.
  const ofAccounts = mulberry32(seed);
  const ofReports = mulberry32(seed ^ 0x5bd1e995);
  const ofInventory = mulberry32(seed ^ 0x27d4eb2f);
  const stores = accountList(ofAccounts, accounts);
  const ofStores = spoil(stores, ACCOUNT_SPOILINGS, ofAccounts);
  const numbers = stores.map((store) => store['accnt_no']).filter((number) => number !== null);
  const reports = list(callReports, (row) => callReport(ofReports, row, numbers));
  const inReports = spoil(reports, REPORT_SPOILINGS, ofReports);
  return {
    accounts: stores,
    callReports: reports,
    inventory: list(inventory, () => stock(ofInventory)),
    defects: [
      ...ofStores.map((defect) => ({ dataSet: 'accounts' as const, ...defect })),
      ...inReports.map((defect) => ({ dataSet: 'callReports' as const, ...defect })),
    ],
  };
}

function accountList(random: Random, length: number): EzFocusRecord[] {
  let number = 20_000;
  return list(length, () => {
    number += int(random, 1, 9);
    return account(random, number);
  });
}

function account(random: Random, number: number): EzFocusRecord {
  const [city, latitude, longitude, area] = pick(random, PLACES);
  const name = pick(random, NAMES);
  const handle = `${name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()}${number}`;
  const chain = pick(random, CHAINS);
  const closed = random() < 0.06;
  const phone = `${pick(random, ['416', '613', '705', '807'])}-555-01${digits(int(random, 0, 99), 2)}`;
  return {
    accnt_no: accountNumber(random, number),
    accnt_class: pick(random, ['A', 'B', 'C', 'D', '']),
    accnt_name: `${name} ${city}`,
    accnt_address: `${int(random, 1, 2_999)} ${pick(random, STREETS)}`,
    accnt_city: city,
    accnt_post_code: `${area} ${int(random, 0, 9)}${pick(random, POSTAL_LETTERS)}${int(random, 0, 9)}`,
    accnt_prov: 'ON',
    latitude: near(random, latitude),
    longitude: near(random, longitude),
    accnt_phone: phone,
    accnt_email: random() < 0.85 ? `${handle}@example.com` : '',
    website: random() < 0.6 ? `https://${handle}.example.com` : '',
    instagram: random() < 0.5 ? `@${handle}` : '',
    facebook: random() < 0.3 ? handle : null,
    pos_system: pick(random, ['BudTill', 'GreenRegister', 'Caisse+', '']),
    accnt_type: pick(random, ['SUCC', 'LRS', 'LRS', 'MED']),
    store_status: closed ? 'Closed' : pick(random, ['Open', 'Open', 'Open', 'Opening Soon']),
    chain_group: chain,
    chain_level: chain === '' ? 'Independent' : pick(random, ['Regional', 'National']),
    visit_days: pick(random, ['Mon,Wed', 'Tue,Thu', 'Fri', 'Any', '']),
    client_since: random() < 0.9 ? day(random) : '',
    client_until: closed ? day(random, DAYS, DAYS + 90) : '',
    NAT_KEY: `ON-${digits(number, 7)}`,
    rep_name: pick(random, REPS),
  };
}

/** A JSON integer, but for a few that someone typed in: zeros in front, or not a number at all. */
function accountNumber(random: Random, number: number): number | string {
  const way = random();
  if (way < 0.97) return number;
  return way < 0.99 ? digits(number, 7) : `L-${number}`;
}

function callReport(random: Random, row: number, accountNumbers: readonly unknown[]): EzFocusRecord {
  const date = day(random);
  const report: Record<string, unknown> = {
    accnt_no: accountNumbers.length === 0 ? 20_001 : pick(random, accountNumbers),
    sales_rep: pick(random, REPS),
    action_date: random() < 0.9 ? date : usDate(date),
  };
  for (const [column, value] of Object.entries(REPORT_COLUMNS)) report[column] = value(random, row);
  return report;
}

function stock(random: Random): EzFocusRecord {
  return {
    SEGMENT: pick(random, ['Flower', 'Pre-Rolls', 'Oils', 'Vapes', 'Edibles', 'Beverages']),
    BRAND: pick(random, ['Aurore Boréale', "Farmer's Cut", 'Lakeshore', 'Pinède', 'Rideau Reserve', 'Shield & Stone']),
    NAT_CATEG: pick(random, ['Dried', 'Inhalable', 'Ingestible', 'Topical']),
    LISTING_TYPE: pick(random, ['General', 'Seasonal', 'Flow-Through']),
    CURR_INV: random() < 0.15 ? 0 : int(random, 1, 480),
    CITY: pick(random, PLACES)[0],
    CHAIN: pick(random, CHAINS),
  };
}

function near(random: Random, degrees: number): number {
  return Number((degrees + (random() - 0.5) * 0.05).toFixed(6));
}

function day(random: Random, first = 0, last = DAYS): string {
  return new Date(FIRST_DAY + int(random, first, last) * DAY_MS).toISOString().slice(0, 10);
}

function usDate(date: string): string {
  const [year, month, dayOfMonth] = date.split('-');
  return `${month}/${dayOfMonth}/${year}`;
}
