import type { Tab } from '../cards/card.ts';
import { byMember, overTime } from '../cards/charts.ts';
import { ads, orders } from '../figures/measures.ts';
import { scatter } from '../cards/scatter.ts';
import { tableBy } from '../cards/tables.ts';

const ADS = 'Days of Meta ads; a day of the account’s time zone';
const BOTH = 'Ads, and orders of the same days by the campaign that they name';

export const acquisition: Tab = {
  id: 'acquisition',
  title: 'Acquisition & ads',
  about: 'What ads cost, what they did, and what orders of the same campaigns brought.',
  tables: ['mtr_ad_days', 'mtr_order_days', 'mtr_acquisition'],
  filters: ['campaign_channel', 'campaign'],
  hasDates: true,
  kpis: [
    { measure: ads.spend },
    { measure: ads.impressions },
    { measure: ads.clicks },
    { measure: ads.ctr, note: 'clicks / impressions' },
    { measure: ads.cpc, note: 'spend / clicks' },
    { measure: ads.conversions, note: 'as Meta counts them; not orders' },
    { measure: ads.costPerConversion, note: 'spend / conversions' },
    { measure: ads.roas, note: 'all revenue / spend; not told where too few orders are linked' },
    { measure: ads.cacNewBuyers, note: 'spend / new buyers; not told where too few orders are linked' },
    { measure: ads.linkRate },
  ],
  cards: [
    overTime({ id: 'ctr-by-day', title: 'Click-through rate', subtitle: ADS, measures: [ads.ctr], by: 'time', shape: 'line' }),
    overTime({ id: 'spend-over-time', title: 'Ad spend', subtitle: ADS, measures: [ads.spend], by: 'time' }),
    byMember({
      id: 'top-campaigns',
      title: 'Top 10 campaigns by revenue, with their ad spend',
      subtitle: BOTH,
      footnote: 'Two axes: revenue and spend are of different size.',
      measures: [orders.revenue, ads.spend],
      by: 'campaign',
      top: 10,
      layout: 'panels',
    }),
    scatter({
      id: 'spend-and-revenue',
      title: 'Ad spend and revenue of campaigns',
      subtitle: `${BOTH}; a dot is a campaign, its size conversions`,
      by: 'campaign',
      group: 'campaign_channel',
      x: ads.spend,
      y: orders.revenue,
      size: ads.conversions,
    }),
    byMember({
      id: 'spend-by-channel',
      title: 'Ad spend and conversions by campaign channel',
      subtitle: ADS,
      measures: [ads.spend, ads.conversions],
      by: 'campaign_channel',
      layout: 'panels',
      width: 'full',
    }),
    tableBy({
      id: 'campaigns',
      title: 'All campaigns',
      subtitle: BOTH,
      by: 'campaign',
      measures: [
        ads.spend,
        ads.impressions,
        ads.clicks,
        ads.ctr,
        ads.cpc,
        ads.conversions,
        ads.costPerConversion,
        orders.orders,
        orders.newBuyers,
        orders.revenue,
      ],
    }),
  ],
};
