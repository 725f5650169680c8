import type { PgValue } from './postgrest-values.ts';
import { digits, int, list, mulberry32, pick, type Random } from './random.ts';

export type MarketingRow = Readonly<Record<string, PgValue>>;

/** What the systems of a marketing team export; an order, its campaign's ads and its transaction in the web analytics belong together. */
export interface MarketingData {
  readonly campaigns: readonly MarketingRow[];
  readonly contacts: readonly MarketingRow[];
  readonly orders: readonly MarketingRow[];
  readonly insights: readonly MarketingRow[];
  readonly transactions: readonly MarketingRow[];
  readonly rates: readonly MarketingRow[];
}

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2020, 10, 1);
const DAYS = 90;
const CAMPAIGNS = 50;
const CONTACTS = 2_000;
const ORDERS = 700;
const CHANNELS = ['google', 'facebook', 'display', 'direct', 'organic'];
const COUNTRIES = ['US', 'GB', 'JP', 'AU', 'BR', 'DE', 'FR', 'CA', 'KR'];
/** One order in so many is not in the web analytics. */
const UNSEEN = 40;
/** A campaign's ads run so many days longer than planned, at most. */
const OVERRUN = 2;
const DOLLARS = 1.33;

/** 90 days of marketing from the 1st of November 2020. The same random numbers give the same data. */
export function generateMarketing(random: Random): MarketingData {
  const campaigns = list(CAMPAIGNS, campaign(random));
  const contacts = list(CONTACTS, contact(random));
  const orders = list(ORDERS, order(random));
  const rates = ratesOf(random);
  // Their own numbers, so that the others stay what they are.
  const added = mulberry32(int(random, 0, 2 ** 31 - 1));
  return { campaigns, contacts, orders, rates, insights: campaigns.flatMap((one) => insightsOf(one, added)), transactions: transactionsOf(orders, added) };
}

function campaign(random: Random) {
  return (at: number): MarketingRow => {
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
  return (at: number): MarketingRow => ({
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
  return (at: number): MarketingRow => {
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
function ratesOf(random: Random): readonly MarketingRow[] {
  return list(DAYS + 2, (at) => {
    const pound = int(random, 12_900, 13_700);
    return [
      { rate_date: day(at), currency: 'GBP', reporting_currency: 'USD', rate: pound / 10_000 },
      { rate_date: day(at), currency: 'USD', reporting_currency: 'GBP', rate: Math.round(1e8 / pound) / 10_000 },
    ];
  }).flat();
}

/** The ads of a campaign, day by day; some run a day or two longer than planned. */
function insightsOf({ campaign_id, campaign_name, start_date, end_date }: MarketingRow, random: Random): readonly MarketingRow[] {
  const first = dayNumber(start_date);
  return list(dayNumber(end_date) + int(random, 0, OVERRUN) - first + 1, (at) => {
    const impressions = int(random, 38, 722);
    const clicks = int(random, 0, Math.floor(impressions * 0.06));
    const cents = clicks * int(random, 15, 40) + int(random, 1, 9);
    const cpc = clicks === 0 ? 0 : cents / clicks / 100;
    return {
      campaign_id: campaign_id ?? null,
      campaign_name: campaign_name ?? null,
      date_start: day(first + at),
      impressions,
      clicks,
      spend: cents / 100,
      account_currency: 'GBP',
      conversions: int(random, 0, Math.ceil(clicks / 12)),
      ctr: clicks / impressions,
      cpc: Math.round(cpc * 10_000) / 10_000,
    };
  });
}

/** What the web analytics saw of the orders: nearly all, in dollars, net of taxes and shipping. */
function transactionsOf(orders: readonly MarketingRow[], random: Random): readonly MarketingRow[] {
  return orders.flatMap(({ order_date, order_ts, transaction_id, user_pseudo_id, amount, channel, utm_medium, campaign_id }) => {
    const isSeen = int(random, 1, UNSEEN) > 1;
    const value = Math.round(Number(amount) * DOLLARS * int(random, 95, 100)) / 100;
    const names = { source: channel ?? null, medium: utm_medium ?? null, campaign_name: channel === 'direct' ? '(direct)' : (campaign_id ?? null) };
    return isSeen
      ? [
          {
            date: order_date ?? null,
            event_ts: order_ts ?? null,
            user_pseudo_id: user_pseudo_id ?? null,
            transaction_id: transaction_id ?? null,
            value,
            currency: 'USD',
            ...names,
            is_sampled: false,
            is_thresholded: false,
          },
        ]
      : [];
  });
}

function campaignId(at: number): string {
  return `CMP_${digits(at + 1, 4)}`;
}

function day(number: number): string {
  return new Date(FIRST_DAY + number * DAY_MS).toISOString().slice(0, 10);
}

function dayNumber(text: PgValue | undefined): number {
  return Math.round((Date.parse(String(text)) - FIRST_DAY) / DAY_MS);
}
