import type { Guard } from './guard.ts';

const META = ['test/shared/streams/meta-ads'];
const GA4 = ['test/shared/streams/ga4'];
const FAILURES = ['test/shared/streams/ad-failures'];
const FIGURES = ['test/curated/ad-sources', 'test/curated/models'];
const MARTS = 'infra/dataform/definitions/marts';
const ACQUISITION = 'infra/dataform/definitions/metrics/mtr_acquisition.sqlx';
const META_SOURCE = 'shared/streams/meta_ads/source.ts';

/** Those of Meta's ads and of GA4, from the request to the row of the metric. */
export const adsGuards: readonly Guard[] = [
  {
    name: 'meta: 28 days are read again',
    file: 'shared/streams/meta_ads/insights.ts',
    find: "overlap: '28d'",
    replace: "overlap: '1d'",
    tests: META,
  },
  {
    name: 'meta: a conversion counts once, whatever else Meta calls it',
    file: 'shared/streams/meta_ads/insights.ts',
    find: "['omni_purchase']",
    replace: "['omni_purchase', 'purchase']",
    tests: ['test/shared/streams/contract'],
  },
  {
    name: 'meta: a report is done when it is whole',
    file: 'shared/streams/meta_ads/request.ts',
    find: " && Number(percent) === 100 ? 'done'",
    replace: " ? 'done'",
    tests: META,
  },
  {
    name: 'meta: archived campaigns are asked for',
    file: 'shared/streams/meta_ads/campaigns.ts',
    find: '      effective_status: JSON.stringify(LISTED),\n',
    replace: '',
    tests: META,
  },
  {
    name: 'meta: throttling comes as 400',
    file: META_SOURCE,
    find: "    { at: '/error/code', is: THROTTLED, means: 'transient', hint: 'the account has used up what it may ask for' },\n",
    replace: '',
    tests: META,
  },
  {
    name: 'meta: an unknown error with 500 halves the window',
    file: META_SOURCE,
    find: "    { status: 500, at: '/error/code', is: [1], means: 'too_much', hint: 'the report is too large' },\n",
    replace: '',
    tests: META,
  },
  {
    name: 'meta: too much data halves the window',
    file: META_SOURCE,
    find: "    { at: '/error/error_subcode', is: [99, 1487534], means: 'too_much', hint: 'the report is too large' },\n",
    replace: '',
    tests: META,
  },
  {
    name: 'meta: a moment of weakness is none of the request',
    file: META_SOURCE,
    find: "    { at: '/error/code', is: [2, 104, 960], means: 'transient' },\n",
    replace: "    { at: '/error/code', is: [2, 104, 960], means: 'permanent' },\n",
    tests: META,
  },
  {
    name: 'meta: a token that has ended is named',
    file: META_SOURCE,
    find: "    { at: '/error/code', is: [190], means: 'permanent', hint: 'META_ADS_TOKEN has expired or was revoked: make a new one' },\n",
    replace: '',
    tests: META,
  },
  {
    name: 'meta: the usage headers are heeded',
    file: META_SOURCE,
    find: '  budget: waitForUsage,\n',
    replace: '',
    tests: META,
  },
  {
    name: 'meta: the token in the address of a next page is not stored',
    file: META_SOURCE,
    find: '  echoesSecrets: true,\n',
    replace: '',
    tests: META,
  },
  {
    name: 'meta: a campaign that two list is one',
    file: `${MARTS}/dim_campaign.sqlx`,
    find: 'WHERE planned.campaign_id IS NULL\n',
    replace: '',
    tests: FIGURES,
  },
  {
    name: 'meta: ads of the last 28 days are provisional',
    file: `${MARTS}/dim_meta_ads.sqlx`,
    find: 'DATE_DIFF(DATE(insight._extracted_at), insight.date, DAY) < ${limits.SETTLING_DAYS} AS is_provisional',
    replace: 'FALSE AS is_provisional',
    tests: FIGURES,
  },
  {
    name: 'ga4: days that have not settled are read again',
    file: 'shared/streams/ga4/transactions.ts',
    find: "overlap: '3d'",
    replace: "overlap: '0d'",
    tests: GA4,
  },
  {
    name: 'ga4: the quota of the property is heeded',
    file: 'shared/streams/ga4/source.ts',
    find: '  pageBudget: waitForTokens,\n',
    replace: '',
    tests: GA4,
  },
  {
    name: 'ga4: a page without rows that counts some is no empty report',
    file: 'functions/extract/followers.ts',
    find: 'page.isEmpty === true && valueAt(page.envelope, pointerPath(total)) === undefined',
    replace: 'page.isEmpty === true',
    tests: GA4,
  },
  {
    name: 'ga4: rows are as many as rowCount says',
    file: 'functions/extract/paging.ts',
    find: 'first === last ? new PermanentError',
    replace: 'received > 0 ? new RangeError() : first === last ? new PermanentError',
    tests: FAILURES,
  },
  {
    name: 'ga4: a report without rows is one',
    file: 'shared/streams/ga4/report.ts',
    find: "    empty: { at: '/kind', is: 'analyticsData#runReport' },\n",
    replace: '',
    tests: GA4,
  },
  {
    name: 'ga4: days of the last 3 days are provisional',
    file: `${MARTS}/dim_ga4_events.sqlx`,
    find: 'DATE_DIFF(DATE(firsts._extracted_at), firsts.event_date, DAY) < ${limits.GA4_SETTLING_DAYS} AS is_provisional',
    replace: 'FALSE AS is_provisional',
    tests: FIGURES,
  },
  {
    name: 'ga4: what it may still change makes a figure provisional',
    file: ACQUISITION,
    find: " OR IF(figure.period = 'all', total.is_provisional, COALESCE(link.is_provisional, FALSE))",
    replace: '',
    tests: FIGURES,
  },
  {
    name: 'ga4: rows that are held back show in the figure',
    file: ACQUISITION,
    find: '    thresholded: "IF(figure.period = \'all\', total.is_thresholded, link.is_thresholded)",\n',
    replace: '',
    tests: FIGURES,
  },
  {
    name: 'ga4: a sum of rare rows is no row',
    file: 'infra/dataform/definitions/staging/stg_ga4_transactions.sqlx',
    find: ' OR COALESCE(event.has_other_row, FALSE) AS is_sampled',
    replace: ' AS is_sampled',
    tests: FIGURES,
  },
  {
    name: 'ga4: too few linked orders tell nothing of what a campaign brought',
    file: ACQUISITION,
    find: 'const attributed = (value) => `IF(${hasLink}, ${value}, NULL)`;',
    replace: 'const attributed = (value) => value;',
    tests: FIGURES,
  },
];
