import { type Measure, measuresOf } from './measure.ts';

const ads = measuresOf('Ads', 'Ads');
const returns = measuresOf('Ads', 'Return on ads');
const web = measuresOf('Web transactions', 'Web analytics');

/** Below this share of orders that the web analytics saw, what a campaign brought is not told: LINK_RATE of the models' includes/limits.js. */
const LINK_RATE = '0.9';
const PROVISIONAL = 'Meta changes the last 28 days';
const attributed = (dax: string) => `IF(
    NOT ISFILTERED('Campaigns') || CALCULATE([Link Rate], REMOVEFILTERS('Campaigns')) >= ${LINK_RATE},
    ${dax}
)`;
const SCALE =
  'of all campaigns with revenue that no ad brought; blank for a campaign where the web analytics saw too few orders; sample data gives no real return';

/** Figures of ads, what they brought, and what the web analytics saw. */
export const adMeasures: readonly Measure[] = [
  ads('Ad Spend', 'money', 'What was spent on ads, in the reporting currency', "SUM('Ads'[spend_reporting])", { caveat: PROVISIONAL }),
  ads('Ad Impressions', 'count', 'Times that ads were shown', "SUM('Ads'[impressions])"),
  ads('Ad Clicks', 'count', 'Clicks on ads', "SUM('Ads'[clicks])"),
  ads('Ad Conversions', 'count', 'Conversions, as Meta counts them', "SUM('Ads'[conversions])", { caveat: 'not orders' }),
  ads('CTR', 'fine percent', 'Ad Clicks / Ad Impressions', 'DIVIDE([Ad Clicks], [Ad Impressions])', {
    caveat: 'of sums: not the mean of the days',
  }),
  ads('Daily CTR', 'fine percent', 'CTR of one day; blank where several are chosen', "IF(HASONEVALUE('Date'[date]), [CTR])", {
    caveat: 'of a day of a year: days of the month were added up over months in the replaced report',
  }),
  ads('Cost per Click', 'price', 'Ad Spend / Ad Clicks', 'DIVIDE([Ad Spend], [Ad Clicks])', { caveat: 'blank without clicks, not 0' }),
  ads('Cost per Conversion', 'money', 'Ad Spend / Ad Conversions', 'DIVIDE([Ad Spend], [Ad Conversions])', { replaces: ['Cost per conversion'] }),
  returns('ROAS', 'ratio', 'Total Revenue / Ad Spend', attributed('DIVIDE([Total Revenue], [Ad Spend])'), { caveat: SCALE }),
  returns('CAC', 'money', 'Ad Spend / Buyers', attributed('DIVIDE([Ad Spend], [Buyers])'), {
    caveat: `counts buyers who had bought before, too; ${SCALE}`,
  }),
  returns('CAC New Buyers', 'money', 'Ad Spend / New Buyers', attributed('DIVIDE([Ad Spend], [New Buyers])'), { caveat: SCALE }),
  returns(
    'Link Rate',
    'percent',
    'Share of the orders that the web analytics saw, by their transaction number',
    `DIVIDE(
    CALCULATE([Orders], KEEPFILTERS('Orders'[ga4_event_key] <> -1)) + 0,
    [Orders]
)`,
  ),
  web(
    'Web Transactions',
    'count',
    'Transactions that the web analytics saw',
    "CALCULATE(COUNTROWS('Web transactions'), KEEPFILTERS('Web transactions'[ga4_event_key] <> -1))",
  ),
  web('Web Value', 'money', 'Their value in the reporting currency', "SUM('Web transactions'[value_reporting])", {
    caveat: 'as the web analytics reckons it; not revenue',
  }),
  web('Web Visitors with a Transaction', 'count', 'Different visitors with a transaction', "DISTINCTCOUNTNOBLANK('Web transactions'[user_pseudo_id])", {
    caveat: 'visitors, not sessions; those without a transaction are not loaded',
    replaces: ['Sessions'],
  }),
  web('Transactions per Web Visitor', 'ratio', 'Transactions / Web Visitors with a Transaction', 'DIVIDE([Transactions], [Web Visitors with a Transaction])', {
    caveat: 'no conversion rate: visitors without a transaction are not loaded',
    replaces: ['SessionToPurchaseCR'],
  }),
];
