import type { Campaign } from './campaigns.ts';
import { dayAfter } from './days.ts';
import { even, mixed } from './even.ts';
import { ADS, price } from './published.ts';
import type { Row } from './row.ts';
import { entriesOf, shares, sum } from './shares.ts';

/** What a campaign did on a day; `spend` in pence. */
interface Ad {
  readonly campaign: Campaign;
  readonly date: string;
  readonly impressions: number;
  clicks: number;
  spend: number;
  conversions: number;
}

const [FEWEST, MOST] = ADS.impressionRange;
const [LOWEST_CTR, HIGHEST_CTR] = ADS.ctrOfDays;
const [, DEAREST] = ADS.spendRange;
/** How often the conversions of a day are two, three or four. */
const CONVERSIONS = [1, 1, 2, 1, 3, 1, 1, 2, 1, ADS.mostConversions];

/** 50 campaigns on 60 days, with clicks by impressions of the same spread over a month's days as published. */
export function adRows(campaigns: readonly Campaign[]): readonly Row[] {
  const list = shown(campaigns);
  click(list);
  spend(list);
  convert(list);
  return list.map(({ campaign, date, ...ad }) => ({
    campaign_id: campaign.id,
    campaign_name: campaign.id.replace('CMP', 'Campaign'),
    date,
    impressions: ad.impressions,
    clicks: ad.clicks,
    spend: price(ad.spend),
    currency: 'GBP',
    conversions: ad.conversions,
    // As the source states them: 0 where nothing was clicked, which no model may take for a price.
    stated_ctr: ad.clicks / ad.impressions,
    stated_cpc: ad.clicks === 0 ? 0 : Number((ad.spend / 100 / ad.clicks).toFixed(4)),
  }));
}

function shown(campaigns: readonly Campaign[]): readonly Ad[] {
  const places = campaigns.flatMap((campaign) => Array.from({ length: ADS.days }, (_, day) => ({ campaign, date: dayAfter(ADS.firstDay, day) })));
  const rest = shares(
    ADS.impressions - FEWEST - MOST,
    places.slice(2).map((_, index) => 0.25 + 1.5 * even(index, 0)),
    FEWEST,
  );
  const impressions = mixed([FEWEST, MOST, ...rest], 1);
  return places.map((place, index) => ({ ...place, impressions: impressions[index] ?? 0, clicks: 0, spend: 0, conversions: 0 }));
}

/** By day of the month the rate rises from the lowest to the highest; what lies between makes up the total. */
function click(list: readonly Ad[]): void {
  const days = Array.from({ length: 30 }, (_, index) => list.filter(({ date }) => Number(date.slice(8)) === index + 1));
  const impressions = days.map((ads) => sum(ads.map((ad) => ad.impressions)));
  const ends = [LOWEST_CTR, HIGHEST_CTR].map((rate, index) => Math.round(((impressions[index * 29] ?? 0) * rate) / 100));
  const between = shares(
    ADS.clicks - sum(ends),
    impressions.slice(1, -1).map((number, index) => number * (1 + 0.16 * (index / 27))),
  );
  const clicks = [ends[0] ?? 0, ...between, ends[1] ?? 0];
  const silent = shares(
    ADS.withoutClicks,
    days.map(() => 1),
  );
  for (const [index, ads] of days.entries()) clickOn(mixed(ads, 2, index), clicks[index] ?? 0, silent[index] ?? 0, index === 15);
}

function clickOn(ads: readonly Ad[], clicks: number, silent: number, hasMost: boolean): void {
  const clicked = ads.slice(silent);
  const first = hasMost ? ADS.mostClicks : 0;
  const others = hasMost ? clicked.slice(1) : clicked;
  const numbers = shares(
    clicks - first,
    others.map((_, index) => 0.2 + 2 * even(index, 3)),
    1,
  );
  if (hasMost && clicked[0] !== undefined) clicked[0].clicks = first;
  others.forEach((ad, index) => {
    ad.clicks = numbers[index] ?? 0;
  });
}

function spend(list: readonly Ad[]): void {
  const campaigns = [...new Set(list.map(({ campaign }) => campaign))];
  for (const [channel, total] of entriesOf(ADS.spendByChannel)) {
    const ofChannel = campaigns.filter((campaign) => campaign.channel === channel);
    const others = ofChannel.filter(({ top }) => top === undefined);
    const published = sum(ofChannel.map(({ top }) => top?.spend ?? 0));
    const amounts =
      others.length === 0
        ? []
        : shares(
            total - published,
            others.map((_, index) => 0.7 + 0.6 * even(index, 4)),
          );
    for (const campaign of ofChannel)
      spendOn(
        list.filter((ad) => ad.campaign === campaign),
        campaign.top?.spend ?? amounts[others.indexOf(campaign)] ?? 0,
      );
  }
  const dearest = list.reduce((a, b) => (b.spend > a.spend ? b : a));
  const next = list.find(({ campaign, spend: amount }) => campaign === dearest.campaign && amount < dearest.spend && amount > DEAREST - dearest.spend);
  if (next === undefined) throw new RangeError('no day can give the dearest one what it lacks');
  next.spend -= DEAREST - dearest.spend;
  dearest.spend = DEAREST;
}

/** A campaign's spend by day, at least a penny; the cube makes a few days dear. */
function spendOn(ads: readonly Ad[], total: number): void {
  const amounts = shares(
    total,
    ads.map((_, index) => even(index, 5) ** 3),
    1,
  );
  mixed(ads, 6, total).forEach((ad, index) => {
    ad.spend = amounts[index] ?? 0;
  });
}

function convert(list: readonly Ad[]): void {
  for (const [channel, total] of entriesOf(ADS.conversionsByChannel)) {
    const clicked = mixed(
      list.filter(({ campaign, clicks }) => campaign.channel === channel && clicks >= ADS.mostConversions),
      7,
    );
    let open: number = total;
    for (const [index, ad] of clicked.entries()) {
      ad.conversions = Math.min(open, CONVERSIONS[index % CONVERSIONS.length] ?? 1);
      open -= ad.conversions;
    }
    if (open > 0) throw new RangeError(`${channel}: ${open} conversions find no day with clicks`);
  }
}
