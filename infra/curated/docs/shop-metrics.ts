import { type Catalogue, count, money, moneyPer, ratio } from './metric.ts';

const CUSTOMERS = 'only who ever wrote to the support team is in the list of customers, so this is no picture of all buyers';
const RATED = 'who answers is not who asks: few tickets are rated';
const SKEWED = 'skewed: read the median with the percentiles, not the mean alone';
const OF_SCOPE = 'worked out for each scope; not to be added up or averaged over scopes';

const minutes = (what: string) => ({ unit: 'hours', population: `tickets with a valid ${what}: there, and not before the opening` });

/** Figures of the shop, its customers and its support. */
export const shopMetrics: Catalogue = {
  mtr_product_performance: {
    population: 'Sales of both shops that are not deleted, one row per product of a purchase',
    caveats: ['what the old report called units per product is units in all'],
    figures: {
      units: count('units'),
      sales: count('sales'),
      revenue: money(),
      price_per_unit: moneyPer('revenue', 'units', { population: 'sales that have both' }),
      revenue_rank: count('place, 1 is the most'),
      revenue_share: ratio('revenue', 'revenue of the scope in the period'),
      cumulative_revenue_share: ratio('revenue of this member and of all before it', 'revenue of the scope in the period'),
    },
  },
  mtr_customer_segment_summary: {
    population: 'Customers that are not deleted, and their sales',
    caveats: [CUSTOMERS, OF_SCOPE],
    figures: {
      customers: count('customers', { caveat: 'not buyers: some never bought' }),
      customer_share: ratio('customers', 'customers of the scope all'),
      customer_age_median: count('years'),
      buyers: count('customers', { population: 'known customers with a sale, deleted ones included' }),
      sales: count('sales'),
      revenue: money(),
      revenue_share: ratio('revenue', 'revenue of the scope all'),
      revenue_per_buyer: moneyPer('revenue of known customers', 'buyers'),
      revenue_per_customer: moneyPer('revenue of known customers', 'customers'),
      aov: moneyPer('revenue', 'sales that have an amount in the reporting currency', { caveat: 'of rows of sales: the source has no order around them' }),
      order_value_median: money({ caveat: OF_SCOPE }),
      order_value_p75: money({ caveat: OF_SCOPE }),
      order_value_p95: money({ caveat: OF_SCOPE }),
    },
  },
  mtr_shop_revenue: {
    population: 'Sales of both shops that are not deleted, one row per product of a purchase',
    caveats: [CUSTOMERS, 'customers are counted elsewhere: a customer buys in several months'],
    figures: {
      sales: count('sales'),
      units: count('units'),
      revenue: money(),
      priced_sales: count('sales', { caveat: 'what a mean sale divides by' }),
    },
  },
  mtr_product_months: {
    population: 'Sales of both shops that are not deleted, one row per product of a purchase',
    caveats: [CUSTOMERS, 'what the old report called units per product is units in all'],
    figures: {
      sales: count('sales'),
      units: count('units'),
      revenue: money(),
      priced_units: count('units', { caveat: 'what a mean price divides by' }),
      priced_revenue: money({ caveat: 'what a mean price divides' }),
    },
  },
  mtr_customer_profile: {
    population: 'Customers that are not deleted; buyers and sales with those of deleted customers',
    caveats: [CUSTOMERS, 'signals, not a forecast: none of them was tested against who left'],
    figures: {
      customers: count('customers', { caveat: 'not buyers: some never bought' }),
      buyers: count('customers', { population: 'known customers with a sale, deleted ones included' }),
      sales: count('sales'),
      revenue: money(),
      buyers_revenue: money({ population: 'sales to known customers' }),
    },
  },
  mtr_customer_growth: {
    population: 'Customers that are not deleted',
    caveats: [CUSTOMERS, 'who returned is told by the last ticket, which a later one replaces: figures of periods past go down'],
    figures: {
      signups: count('customers', { population: 'customers whose sign-up is known' }),
      new_buyers: count('customers', { caveat: 'bought on whichever day, before the sign-up, too' }),
      returned_customers: count('customers', { caveat: 'came back with a ticket, not with a purchase' }),
      returned_buyers: count('customers', { caveat: 'bought on whichever day' }),
    },
  },
  mtr_churn_signals: {
    population: 'Customers that are not deleted',
    caveats: [CUSTOMERS, 'signals, not a forecast: none of them was tested against who left'],
    figures: {
      sales: count('sales'),
      revenue: money(),
      days_since_purchase: count('days', { caveat: 'up to the newest data, not up to today' }),
      tickets: count('tickets'),
      recent_tickets: count('tickets'),
      recent_low_ratings: count('tickets', { caveat: RATED }),
      signals: count('signals, from 0 to 3'),
    },
  },
  mtr_support_performance: {
    population: 'Tickets of both shops that are not deleted; the population resolved_valid is what the old report showed',
    caveats: [OF_SCOPE],
    figures: {
      tickets: count('tickets'),
      frt_tickets: count('tickets'),
      frt_hours_mean: { ...minutes('first response time'), numerator: 'hours until the first answer', denominator: 'frt_tickets', caveat: SKEWED },
      frt_hours_median: minutes('first response time'),
      frt_hours_p75: minutes('first response time'),
      frt_hours_p95: minutes('first response time'),
      ttr_tickets: count('tickets'),
      ttr_hours_mean: { ...minutes('time to resolution'), numerator: 'hours until the resolution', denominator: 'ttr_tickets', caveat: SKEWED },
      ttr_hours_median: minutes('time to resolution'),
      ttr_hours_p75: minutes('time to resolution'),
      ttr_hours_p95: minutes('time to resolution'),
      rated_tickets: count('tickets'),
      csat_positive_tickets: count('tickets', { caveat: 'rated 4 or 5' }),
      csat_positive_of_all: ratio('csat_positive_tickets', 'tickets', { caveat: 'a ticket without a rating counts as not positive' }),
      csat_positive_of_rated: ratio('csat_positive_tickets', 'rated_tickets', { caveat: RATED }),
      csat_mean: { unit: 'rating from 1 to 5', numerator: 'ratings', denominator: 'rated_tickets', caveat: RATED },
    },
  },
  mtr_ticket_days: {
    population: 'Tickets of both shops that are not deleted, by the day on which they were opened',
    caveats: [CUSTOMERS, SKEWED, 'what was promised stands in includes/support.js'],
    figures: {
      tickets: count('tickets'),
      frt_tickets: count('tickets'),
      frt_hours: { ...minutes('first response time'), caveat: 'a sum: divided by frt_tickets it is the mean' },
      ttr_tickets: count('tickets'),
      ttr_hours: { ...minutes('time to resolution'), caveat: 'a sum: divided by ttr_tickets it is the mean' },
      rated_tickets: count('tickets', { caveat: RATED }),
      csat_positive_tickets: count('tickets', { caveat: 'rated 4 or 5' }),
      ratings: count('points', { caveat: 'a sum: divided by rated_tickets it is the mean rating' }),
      frt_violations: count('tickets'),
      ttr_violations: count('tickets'),
      sla_violations: count('tickets', { caveat: 'less than the sum of both kinds: a ticket may have both' }),
    },
  },
  mtr_ops_weekly: {
    population: 'Tickets that are not deleted, by the week in which they were opened',
    caveats: ['what was promised stands in includes/support.js', 'violated_customers and revenue_at_risk are not to be added up over weeks'],
    figures: {
      tickets: count('tickets'),
      frt_violations: count('tickets'),
      ttr_violations: count('tickets'),
      sla_violations: count('tickets', { caveat: 'less than the sum of both kinds: a ticket may have both' }),
      sla_violation_share: ratio('sla_violations', 'tickets'),
      violated_customers: count('customers'),
      revenue_at_risk: money({ caveat: 'what these customers bought before; not what will be lost' }),
    },
  },
  mtr_sales_coverage: {
    population: 'Stores in the list of the sales team',
    caveats: ['the source sends the reports of a span of its own; what it no longer sends is not counted'],
    figures: {
      stores: count('stores'),
      visited_stores: count('stores'),
      reported_stores: count('stores'),
      visits: count('reports'),
      reports: count('reports', { caveat: 'a report about a store that is not in the list counts nowhere here' }),
      coverage: ratio('visited_stores', 'stores'),
      visits_per_store: ratio('visits', 'stores'),
      reports_per_store: ratio('reports', 'stores'),
    },
  },
};
