import { int, mulberry32 } from './random.ts';

export interface MetaCampaign {
  readonly id: string;
  readonly name: string;
  readonly objective: string;
  readonly status: string;
  readonly effective_status: string;
  readonly start_time: string;
  /** Not there where the campaign goes on. */
  readonly stop_time?: string;
  readonly created_time: string;
  readonly updated_time: string;
}

/** What a campaign did on a day; numbers are texts. */
export interface MetaInsight {
  readonly campaign_id: string;
  readonly campaign_name: string;
  readonly impressions: string;
  readonly clicks: string;
  readonly spend: string;
  readonly account_currency: string;
  readonly actions?: readonly { readonly action_type: string; readonly value: string }[];
  readonly date_start: string;
  readonly date_stop: string;
}

const DAY_MS = 86_400_000;
/** A demonstration needs few: so many days up to now have ads. */
const DAYS = 60;
/** The campaigns, and how many days ago each ended. */
const ENDED = [
  ['Spring', undefined],
  ['Summer', 0],
  ['Autumn', 10],
] as const;

/** Three campaigns: one that goes on, one that ends now, and one that has ended and is archived. */
export function generateCampaigns(today: number): readonly MetaCampaign[] {
  return ENDED.map(([name, ended], at) => {
    const status = ended === undefined || ended === 0 ? 'ACTIVE' : 'ARCHIVED';
    const stop = ended === undefined ? {} : { stop_time: `${day(today - ended * DAY_MS)}T23:59:59+0000` };
    const times = {
      start_time: `${day(today - DAYS * DAY_MS)}T00:00:00+0000`,
      created_time: '2025-01-01T09:00:00+0000',
      updated_time: '2025-01-02T09:00:00+0000',
    };
    return { id: campaignId(at), name, objective: 'OUTCOME_SALES', status, effective_status: status, ...times, ...stop };
  });
}

/** What the campaigns did on the days up to one; the same seed gives the same. */
export function generateInsights(seed: number, today: number): readonly MetaInsight[] {
  const random = mulberry32(seed);
  return Array.from({ length: DAYS }, (_, before) => before).flatMap((before) =>
    ENDED.flatMap(([name, ended = 0], at) => {
      const clicks = int(random, 0, 60);
      const purchases = int(random, 0, Math.ceil(clicks / 12));
      const date = day(today - before * DAY_MS);
      const row = {
        campaign_id: campaignId(at),
        campaign_name: name,
        impressions: String(clicks * 20 + int(random, 1, 300)),
        clicks: String(clicks),
        spend: (clicks * 0.31 + 0.01).toFixed(2),
        account_currency: 'GBP',
        ...(purchases === 0 ? {} : { actions: [{ action_type: 'omni_purchase', value: String(purchases) }] }),
        date_start: date,
        date_stop: date,
      };
      return before < ended ? [] : [row];
    }),
  );
}

function campaignId(at: number): string {
  return String(120_200_000_000_000_001n + BigInt(at));
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
