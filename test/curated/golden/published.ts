import { entriesOf, recordOf } from './shares.ts';

/**
 * The figures that the two published reports show, or that their data gave when it was read: what the golden data set is made
 * to have, and what the tests look for in the metrics. Money is in pence where it is exact.
 *
 * Not all that was published can hold at once. Left out: the priorities of the raw tickets (726 critical, 705 high, …), which were
 * made anew as low, medium and high before the report; and three figures of the text beside it that its own data refutes (2021:
 * 1.83 M and -35.1 percent; calls answered after 3.92 h), which are among the defects. Held as the source marks them: repeated orders. By
 * time, November has 247 - 231 = 16 of them, too few for 16.02 percent of its revenue; so the mark can only mean a line of the file
 * that is not a contact's first. The first five countries are taken as
 * shares of revenue: as shares of contacts (US 2,576 of 5,135 is 50 percent, not 53) they do not fit.
 */

/** Pence of a price as it is printed. */
export function pence(price: string): number {
  const [pounds = '', cents = ''] = price.split('.');
  return Number(pounds) * 100 + Number(cents.padEnd(2, '0'));
}

/** A price as it is printed, of pence. */
export function price(amount: number): string {
  return `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
}

function inPence<R extends Readonly<Record<string, string>>>(prices: R): Readonly<Record<`${keyof R & (string | number)}`, number>> {
  return recordOf(entriesOf(prices).map(([key, text]) => [key, pence(text)] as const));
}

export const CONTACTS = {
  count: 7000,
  emails: 6897,
  countries: { US: 2576, GB: 772, JP: 603, AU: 595, BR: 589, DE: 580, FR: 477, CA: 442, KR: 366 },
  optIns: { true: 4853, false: 2147 },
  firstCreated: '2019-01-31',
  lastCreated: '2021-01-29',
} as const;

export const ORDERS = {
  count: 701,
  buyers: 594,
  repeats: 107,
  revenue: pence('696367.84'),
  months: { '2020-11': 247, '2020-12': 304, '2021-01': 150 },
  buyersByMonth: { '2020-11': 231, '2020-12': 284, '2021-01': 143 },
  revenueByMonth: inPence({ '2020-11': '249195.02', '2020-12': '300900.03', '2021-01': '146272.79' }),
  /** Share of the orders that the source marks as repeated in the month's revenue, in percent. */
  markedShare: { '2020-11': 16.02, '2020-12': 13.1, '2021-01': 13.82 },
  revenueByChannel: inPence({ direct: '255799.69', google: '180483.54', facebook: '129380.12', organic: '119089.32', display: '11615.17' }),
  revenueBySource: inPence({ direct: '247149.61', google: '158579.98', facebook: '115787.45', organic: '109246.80', email: '65604.00' }),
  /** Orders and revenue of the first days of all months together, which the report took for a monthly trend. */
  dayOfMonth: {
    1: { orders: 27, revenue: pence('25884.18') },
    2: { orders: 23, revenue: pence('19345.50') },
    3: { orders: 24, revenue: pence('25279.39') },
    4: { orders: 17, revenue: pence('17112.68') },
  },
  payments: { card: 493, paypal: 103, klarna: 69, bank_transfer: 36 },
  items: { 1: 551, 2: 97, 3: 53 },
  dates: 88,
  lowest: pence('84.41'),
  highest: pence('2549.62'),
  first: '2020-11-01T13',
  last: '2021-01-29T04',
  /** Orders whose channel is their utm_source. */
  sameChannel: 662,
  /** Revenue of the five first countries, in percent of the five. */
  countryShares: { US: 53, GB: 13, BR: 12, JP: 12, AU: 11 },
} as const;

export const CAMPAIGNS = {
  channels: { google: 18, facebook: 14, display: 8, direct: 6, organic: 4 },
  objectives: { awareness: 21, traffic: 19, conversion: 10 },
  used: 47,
  /** The first ten by revenue, with what was spent on them. */
  top: {
    CMP_0035: { channel: 'direct', revenue: pence('44962.49'), spend: pence('35.33') },
    CMP_0004: { channel: 'direct', revenue: pence('43347.71'), spend: pence('52.03') },
    CMP_0022: { channel: 'direct', revenue: pence('42460.65'), spend: pence('6.65') },
    CMP_0023: { channel: 'direct', revenue: pence('42359.46'), spend: pence('53.19') },
    CMP_0045: { channel: 'direct', revenue: pence('41850.89'), spend: pence('51.07') },
    CMP_0016: { channel: 'direct', revenue: pence('40818.49'), spend: pence('47.43') },
    CMP_0027: { channel: 'organic', revenue: pence('32639.91'), spend: pence('52.46') },
    CMP_0050: { channel: 'organic', revenue: pence('32296.67'), spend: pence('55.98') },
    CMP_0020: { channel: 'organic', revenue: pence('30494.59'), spend: pence('35.02') },
    CMP_0017: { channel: 'organic', revenue: pence('23658.15'), spend: pence('57.88') },
  },
} as const;

export const ADS = {
  rows: 3000,
  firstDay: '2020-11-01',
  days: 60,
  impressions: 759_853,
  clicks: 21_901,
  conversions: 795,
  spend: pence('5966.50'),
  withoutClicks: 718,
  spendByChannel: inPence({ google: '4658.50', facebook: '486.21', display: '374.75', direct: '245.70', organic: '201.34' }),
  conversionsByChannel: { google: 573, facebook: 92, display: 6, direct: 87, organic: 37 },
  impressionRange: [38, 722],
  mostClicks: 51,
  spendRange: [pence('0.01'), pence('25.99')],
  mostConversions: 4,
  /** Clicks by impressions of the days of a month, in percent: the lowest and the highest. */
  ctrOfDays: [2.64, 3.16],
} as const;

/** Values of the web analytics are in USD. */
export const WEB = { rows: 701, value: 2_719_954, valueRange: [90, 32_758], ratioRange: [0.04, 1.57], medianRatio: 0.54 } as const;

export const CUSTOMERS = {
  count: 2749,
  buyers: 2595,
  genders: { Female: 1379, Male: 1345, Other: 25 },
  incomes: { Low: 792, Medium: 1413, High: 544 },
  locations: {
    London: 1070,
    Manchester: 282,
    Birmingham: 231,
    Leeds: 203,
    Glasgow: 189,
    Edinburgh: 184,
    Sheffield: 160,
    Liverpool: 158,
    Newcastle: 144,
    Bristol: 128,
  },
  ages: { 10: 112, 20: 475, 30: 519, 40: 527, 50: 539, 60: 528, 70: 49 },
  ageRange: [18, 70],
  medianAge: 45,
  signups: {
    ...{ '2020-01': 864, '2020-02': 114, '2020-03': 119, '2020-04': 112, '2020-05': 105, '2020-06': 126 },
    ...{ '2020-07': 121, '2020-08': 111, '2020-09': 120, '2020-10': 105, '2020-11': 114, '2020-12': 118 },
    ...{ '2021-01': 104, '2021-02': 87, '2021-03': 102, '2021-04': 69, '2021-05': 71, '2021-06': 58 },
    ...{ '2021-07': 43, '2021-08': 35, '2021-09': 27, '2021-10': 17, '2021-11': 7 },
  },
  lastSignup: '2021-11-27',
  /** Who signed up in 2021, and who of these bought. */
  newIn2021: { customers: 620, buyers: 570 },
  /** Who signed up before 2021 and had the last ticket in 2021, and who of these bought. */
  backIn2021: { customers: 745, buyers: 691 },
  severalTicketDates: 19,
} as const;

export const PRODUCTS = {
  count: 42,
  brands: 18,
  categories: 12,
  /** The first ten by revenue. */
  top: inPence({
    'Microsoft Surface': '529020.26',
    'Sony 4K HDR TV': '391898.34',
    iPhone: '320708.99',
    'LG OLED': '297509.50',
    'Canon DSLR Camera': '293735.99',
    'MacBook Pro': '275459.58',
    'LG Smart TV': '270842.29',
    'Google Pixel': '231129.59',
    'GoPro Action Camera': '158854.07',
    'Sony PlayStation': '137740.57',
  }),
  revenueByGroup: inPence({
    Hardware: '2867006.18',
    Other: '1257534.45',
    Home: '586314.56',
    Camera: '452590.06',
    Wearables: '172959.45',
    Software: '139975.56',
    Audio: '130391.14',
  }),
} as const;

export const SALES = {
  count: 8944,
  revenue: pence('5606771.40'),
  units: 13_394,
  quantities: { 1: 6255, 2: 1382, 3: 853, 4: 454 },
  payments: { card: 7179, paypal: 1336, bank_transfer: 429 },
  revenueByPayment: inPence({ card: '4513889.29', paypal: '830386.04', bank_transfer: '262496.07' }),
  years: { 2019: 1967, 2020: 4524, 2021: 2360, 2022: 93 },
  revenueByYear: inPence({ 2019: '1231259.52', 2020: '2821535.80', 2021: '1490061.92', 2022: '63914.16' }),
  /** Thousands of pounds, as printed: to two places. */
  thousandsByMonth: {
    2019: ['12.93', '27.80', '45.86', '53.83', '80.21', '90.56', '102.37', '127.73', '144.13', '162.97', '164.18', '218.70'],
    2020: ['226.96', '218.13', '243.23', '253.72', '251.75', '240.63', '218.54', '256.26', '211.80', '258.91', '194.60', '247.00'],
    2021: ['211.99', '174.76', '188.67', '151.76', '170.43', '108.44', '122.35', '82.81', '102.44', '74.83', '52.31', '49.25'],
    2022: ['33.26', '20.10', '10.55'],
  },
  revenueByIncome: inPence({ Low: '1641148.31', Medium: '2850955.98', High: '1114667.11' }),
  revenueByLocation: inPence({
    London: '2148863.20',
    Manchester: '614777.48',
    Birmingham: '517644.20',
    Leeds: '395446.28',
    Edinburgh: '371123.20',
    Glasgow: '345561.57',
    Sheffield: '333894.20',
    Liverpool: '314972.27',
    Newcastle: '310949.12',
    Bristol: '253539.88',
  }),
  lowestPrice: pence('114.35'),
  highestPrice: pence('1703.22'),
  first: '2019-01-08',
  last: '2022-03-20',
} as const;

export const TICKETS = {
  count: 2769,
  valid: 1566,
  /** Rows whose resolution is before their first answer, among all. */
  resolvedFirst: 1365,
  types: { 'Refund Request': 596, 'Technical Issue': 580, 'Billing Inquiry': 544, 'Product Inquiry': 533, 'Cancellation Request': 516 },
  channels: { Email: 720, Phone: 691, 'Social Media': 684, Chat: 674 },
  validByChannel: { Email: 414, Chat: 395, 'Social Media': 386, Phone: 371 },
  /** Low, Medium and High of the valid ones, in percent of the channel. */
  priorities: {
    Email: { Low: 46.86, Medium: 36.23, High: 16.91 },
    Chat: { Low: 48.35, Medium: 37.22, High: 14.43 },
    'Social Media': { Low: 51.81, Medium: 36.79, High: 11.4 },
    Phone: { Low: 51.48, Medium: 34.23, High: 14.29 },
  },
  validByPriority: { Low: 776, Medium: 566, High: 224 },
  subjects: {
    'Network problem': 119,
    'Product compatibility': 117,
    'Product recommendation': 109,
    'Account access': 108,
    'Software bug': 107,
    'Hardware issue': 106,
    'Delivery problem': 99,
    'Product setup': 99,
    'Peripheral compatibility': 96,
    'Refund request': 94,
    'Installation support': 93,
    'Cancellation request': 90,
    'Battery life': 85,
    'Payment issue': 84,
    'Display issue': 83,
    'Data loss': 77,
  },
  scores: { 1: 300, 2: 303, 3: 322, 4: 330, 5: 311 },
  scoreByChannel: { Email: 2.99, Chat: 3.17, 'Social Media': 3.04, Phone: 2.92 },
  /** Hours until the first answer, and until the resolution. */
  frt: { mean: 1.6, median: 1.62, p75: 2.33, p95: 2.87 },
  ttr: { mean: 8.3, median: 7.04, p75: 12.33, p95: 19.73 },
  frtByChannel: { Email: 1.613, Chat: 1.577, 'Social Media': 1.574, Phone: 1.656 },
  ttrByChannel: { Email: 8.41, Chat: 8.21, 'Social Media': 8.61, Phone: 7.93 },
  frtRange: [5, 179],
} as const;
