import type { Campaign } from './campaigns.ts';
import type { Contact } from './contacts.ts';
import { daysOf } from './days.ts';
import { even, mixed } from './even.ts';
import { type Fitted, fitToMargins, type Margin } from './fit.ts';
import { CAMPAIGNS, ORDERS, price } from './published.ts';
import type { Row } from './row.ts';
import { entriesOf, recordOf, repeated, shares, sharesOf, sum } from './shares.ts';

type Month = keyof typeof ORDERS.months;
type Source = keyof typeof ORDERS.revenueBySource;

/** An order while its amount is being found. */
export interface Order extends Fitted {
  readonly contact: Contact;
  readonly month: Month;
  readonly day: string;
  readonly hour: number;
  readonly campaign: Campaign;
  readonly source: Source;
  /** Whether the source marks it as repeated: the contact is in a line before it, which need not be an earlier order. */
  readonly isMarked: boolean;
}

/** Contacts by the months in which they bought: together the published buyers of each month, and 594. */
const BUYERS: readonly (readonly [count: number, months: readonly Month[]])[] = [
  [183, ['2020-11']],
  [236, ['2020-12']],
  [113, ['2021-01']],
  [32, ['2020-11', '2020-12']],
  [14, ['2020-11', '2021-01']],
  [14, ['2020-12', '2021-01']],
  [2, ['2020-11', '2020-12', '2021-01']],
];
/** Contacts of two months whose first order stands behind their second in the file: so the marked revenue can be the published one. */
const TURNED = { 'in December': 12, 'in January': 12 };
const WITHOUT_ORDERS = ['2020-12-25', '2021-01-17'];
/** What the first days of a month have of their published orders in November, December and January. */
const FIRST_DAYS = { '2020-11': [10, 8, 9, 6], '2020-12': [12, 10, 10, 7], '2021-01': [5, 5, 5, 4] };
/** Pence of the five first countries; their shares round to the published ones. */
const COUNTRIES = { US: 27_615_000, GB: 6_772_500, BR: 6_405_000, JP: 6_142_500, AU: 5_565_000 };
const MEDIA = { direct: ['none'], google: ['organic', 'paid_search'], facebook: ['social'], organic: ['organic'], email: ['referral', 'none'] };
const PLAIN = { unit: 1, low: ORDERS.lowest + 1, high: ORDERS.highest - 1 };

/** The 701 orders, in the order of the file. */
export function orders(campaigns: readonly Campaign[], contacts: readonly Contact[]): readonly Order[] {
  const visits = visitsOf(contacts);
  const campaignOf = mixed(campaignList(campaigns), 3);
  const sources = mixed(repeated(sharesOf(ORDERS.count, ORDERS.revenueBySource)), 4);
  const seen = new Set<string>();
  const list = visits.map((visit, index): Order => {
    const isMarked = seen.has(visit.contact.id);
    seen.add(visit.contact.id);
    const campaign = campaignOf[index];
    const source = sources[index];
    if (campaign === undefined || source === undefined) throw new RangeError(`order ${index} has no campaign or source`);
    return { ...visit, campaign, source, isMarked, ...PLAIN, amount: (ORDERS.revenue / ORDERS.count) * (0.35 + 1.3 * even(index, 5)) };
  });
  const [lowest, highest] = list.filter(isPlain);
  const fitted = list.map((order) => (order === lowest ? fixed(order, ORDERS.lowest) : order === highest ? fixed(order, ORDERS.highest) : order));
  fitToMargins(fitted, MARGINS);
  return fitted;
}

/** The lowest and the highest amount stand among orders like these, where they bind least. */
function isPlain({ month, day, isMarked, campaign, contact }: Order): boolean {
  return month === '2020-12' && classOf(day) === 'others' && !isMarked && campaign.channel === 'google' && contact.country === 'US';
}

function fixed(order: Order, amount: number): Order {
  return { ...order, amount, low: amount, high: amount };
}

type Visit = Pick<Order, 'contact' | 'month' | 'day' | 'hour'>;

function visitsOf(contacts: readonly Contact[]): readonly Visit[] {
  const buyers = buyersOf(contacts);
  const byBuyer = BUYERS.flatMap(([count, months]) => Array.from({ length: count }, () => months));
  const first = byBuyer.flatMap((months, index) => months.map((month) => ({ buyer: index, month })));
  const again = entriesOf(ORDERS.months).flatMap(([month, count]) => {
    const once = byBuyer.flatMap((months, index) => (months.length === 1 && months[0] === month ? [{ buyer: index, month }] : []));
    return once.slice(0, count - ORDERS.buyersByMonth[month]);
  });
  const all = [...first, ...again];
  const visits = entriesOf(ORDERS.months).flatMap(([month]) => {
    const moments = momentsOf(month);
    return all
      .filter((visit) => visit.month === month)
      .map(({ buyer }, index): Visit => {
        const moment = moments[index];
        const contact = buyers[buyer];
        if (moment === undefined || contact === undefined) throw new RangeError(`${month}: order ${index} has no day or contact`);
        return { contact, month, ...moment };
      });
  });
  return turned([...visits].sort((a, b) => momentText(a).localeCompare(momentText(b))));
}

/** Puts the first orders of some contacts behind all others. */
function turned(visits: readonly Visit[]): readonly Visit[] {
  const inMonth = (month: Month) => new Set(visits.filter((visit) => visit.month === month).map(({ contact }) => contact.id));
  const [november, december, january] = [inMonth('2020-11'), inMonth('2020-12'), inMonth('2021-01')];
  const back = (month: ReadonlySet<string>, other: ReadonlySet<string>, count: number) =>
    [...november].filter((id) => month.has(id) && !other.has(id)).slice(0, count);
  const moved = new Set([...back(december, january, TURNED['in December']), ...back(january, december, TURNED['in January'])]);
  const isMoved = ({ contact, month }: Visit) => month === '2020-11' && moved.has(contact.id);
  return [...visits.filter((visit) => !isMoved(visit)), ...visits.filter(isMoved)];
}

function buyersOf(contacts: readonly Contact[]): readonly Contact[] {
  const weights = { ...COUNTRIES, DE: 5_000_000, FR: 4_500_000, CA: 4_000_000, KR: 3_636_784 };
  const counts = sharesOf(ORDERS.buyers, weights);
  const ofCountry = (country: string) => contacts.filter((contact) => contact.country === country);
  return mixed(
    entriesOf(counts).flatMap(([country, count]) => mixed(ofCountry(country), 6).slice(0, count)),
    7,
  );
}

/** Days and hours of a month's orders. */
function momentsOf(month: Month): readonly Pick<Visit, 'day' | 'hour'>[] {
  const days = daysOf(month, ORDERS.first.slice(0, 10), ORDERS.last.slice(0, 10));
  const later = days.slice(4).filter((day) => !WITHOUT_ORDERS.includes(day));
  const counts = shares(
    ORDERS.months[month] - sum(FIRST_DAYS[month]),
    later.map((_, index) => 0.5 + even(index, 8)),
    1,
  );
  const all = [
    ...FIRST_DAYS[month].map((count, index) => [days[index] ?? '', count] as const),
    ...later.map((day, index) => [day, counts[index] ?? 0] as const),
  ];
  return mixed(
    all.flatMap(([day, count]) => Array.from({ length: count }, (_, index) => ({ day, hour: hourOf(day, index) }))),
    9,
  );
}

/** The first order of all is at 13:00 and the last at 04:00. */
function hourOf(day: string, index: number): number {
  if (ORDERS.first.startsWith(day)) return 13 + Math.floor(index === 0 ? 0 : even(index, 10) * 11);
  if (ORDERS.last.startsWith(day)) return index === 0 ? 4 : Math.floor(even(index, 10) * 4);
  return Math.floor(even(index, 10) * 24);
}

/** When an order was made, `YYYY-MM-DD HH:MM:SS`. */
export function momentText({ day, hour }: Pick<Visit, 'day' | 'hour'>): string {
  return `${day} ${String(hour).padStart(2, '0')}:00:00`;
}

/** The campaign of each order: the more it brought, the more orders it has. */
function campaignList(campaigns: readonly Campaign[]): readonly Campaign[] {
  const used = campaigns.filter(({ isUsed }) => isUsed);
  const weights = used.map(({ channel, top }, index) => {
    if (top !== undefined) return top.revenue;
    const others = used.filter((other) => other.top === undefined && other.channel === channel);
    return (ORDERS.revenueByChannel[channel] / others.length) * (0.8 + 0.4 * even(index, 11));
  });
  const counts = shares(ORDERS.count, weights, 1);
  return used.flatMap((campaign, index) => Array.from({ length: counts[index] ?? 0 }, () => campaign));
}

function classOf(day: string): string {
  const ofMonth = Number(day.slice(8));
  return ofMonth in ORDERS.dayOfMonth ? String(ofMonth) : 'others';
}

/** What is marked as repeated in a month, to the published share. */
function markedTotals(): Readonly<Record<string, number>> {
  return recordOf(
    entriesOf(ORDERS.revenueByMonth).flatMap(([month, revenue]) => {
      const marked = Math.round((revenue * ORDERS.markedShare[month]) / 100);
      return [
        [`${month} true`, marked],
        [`${month} false`, revenue - marked],
      ] as const;
    }),
  );
}

/** Adds the value `others` for what is not named. */
function withOthers(totals: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return { ...totals, others: ORDERS.revenue - sum(Object.values(totals)) };
}

function campaignTotals(): Readonly<Record<string, number>> {
  const top = recordOf(entriesOf(CAMPAIGNS.top).map(([id, { revenue }]) => [id, revenue]));
  const rest = (['google', 'facebook', 'display'] as const).map((channel) => [channel, ORDERS.revenueByChannel[channel]] as const);
  return { ...top, ...recordOf(rest) };
}

const MARGINS: readonly Margin<Order>[] = [
  { name: 'campaign', of: ({ campaign }) => (campaign.top === undefined ? campaign.channel : campaign.id), totals: campaignTotals() },
  { name: 'month and mark', of: ({ month, isMarked }) => `${month} ${isMarked}`, totals: markedTotals() },
  { name: 'country', of: ({ contact }) => (contact.country in COUNTRIES ? contact.country : 'others'), totals: withOthers(COUNTRIES) },
  {
    name: 'day of month',
    of: ({ day }) => classOf(day),
    totals: withOthers(recordOf(entriesOf(ORDERS.dayOfMonth).map(([day, { revenue }]) => [String(day), revenue]))),
  },
  { name: 'utm_source', of: ({ source }) => source, totals: ORDERS.revenueBySource },
];

export function orderRows(list: readonly Order[]): readonly Row[] {
  const payments = mixed(repeated(ORDERS.payments), 12);
  const items = mixed(repeated(ORDERS.items), 13);
  const isSame = mixed(repeated({ true: ORDERS.sameChannel, false: ORDERS.count - ORDERS.sameChannel }), 14);
  const sources = Object.keys(ORDERS.revenueBySource);
  return list.map((order, index) => {
    const { source } = order;
    const other = sources.filter((name) => name !== source)[index % (sources.length - 1)];
    return {
      order_id: `ORD_${String(index + 1).padStart(5, '0')}`,
      contact_id: order.contact.id,
      user_pseudo_id: visitorOf(index),
      order_ts: momentText(order),
      order_date: order.day,
      amount: price(order.amount),
      currency: 'GBP',
      items: Number(items[index]),
      campaign_id: order.campaign.id,
      channel: isSame[index] === 'true' ? source : (other ?? source),
      utm_source: source,
      utm_medium: MEDIA[source][index % MEDIA[source].length] ?? null,
      transaction_id: transactionOf(index),
      is_repeat: order.isMarked,
      payment_method: payments[index] ?? null,
    };
  });
}

/** The visitor in the web analytics who made the order of this place in the file. */
export function visitorOf(index: number): string {
  return `${1000 + index}.${7919 * (index + 1)}`;
}

/** The transaction in the web analytics of the order of this place in the file. */
export function transactionOf(index: number): string {
  return `TRX_${String(index + 1).padStart(5, '0')}`;
}
