import type { Tab } from '../report/page-table.ts';

/** What a page shows; a field is a measure by its name, or `Table[column]`. */
export interface Page {
  /** As the tab of the report's page is called. */
  readonly name: Tab;
  /** Whom or what it is about, and what to be careful with. */
  readonly note: string;
  readonly slicers: readonly string[];
  readonly cards: readonly string[];
  readonly visuals: readonly Visual[];
}

/** A chart or table; `roles` names the fields by the wells that the kind of visual has. */
export interface Visual {
  readonly type: 'lineChart' | 'clusteredBarChart' | 'clusteredColumnChart' | 'columnChart' | 'scatterChart' | 'tableEx' | 'pivotTable' | 'azureMap';
  readonly title: string;
  readonly roles: Readonly<Record<string, readonly string[]>>;
}

const chart = (type: Visual['type'], title: string, category: string, ...values: readonly string[]): Visual => ({
  type,
  title,
  roles: { Category: [category], Y: values },
});
const table = (title: string, ...fields: readonly string[]): Visual => ({ type: 'tableEx', title, roles: { Values: fields } });

const CHANNELS = 'The channel of a campaign, the channel of an order and the source of a link are three things, and give three splits.';
const ENGAGED = 'Only customers who ever wrote to the support team are in the list of customers.';

/** The pages, in the order of the tabs of the report's page. */
export const pages: readonly Page[] = [
  {
    name: 'Executive overview',
    note: `Orders of the CRM exports; months that are not over are marked partial. ${CHANNELS}`,
    slicers: ['Date[year]', 'Date[month]', 'Campaigns[campaign_channel]', 'Contacts[country]'],
    cards: ['Orders', 'Total Revenue', 'AOV', 'Repeat Rate', 'Buyers', 'Orders As Of'],
    visuals: [
      chart('lineChart', 'Revenue by day', 'Date[date]', 'Total Revenue'),
      chart('clusteredBarChart', 'Revenue by channel of the campaign', 'Campaigns[campaign_channel]', 'Total Revenue'),
      table('Months, each with its year', 'Date[month]', 'Orders', 'Total Revenue', 'AOV', 'Buyers', 'Repeat Rate', 'Revenue MoM', 'Order Period'),
    ],
  },
  {
    name: 'Acquisition & ads',
    note: 'Days of Meta ads and orders of the same days by the campaign that they name; days filter both. Meta changes the last 28 days. ROAS and CAC of sample data mean nothing.',
    slicers: ['Date[date]', 'Campaigns[campaign_channel]', 'Campaigns[campaign_name]'],
    cards: ['Ad Spend', 'Ad Impressions', 'Ad Clicks', 'CTR', 'Cost per Click', 'Cost per Conversion'],
    visuals: [
      chart('lineChart', 'CTR by day', 'Date[date]', 'Daily CTR'),
      {
        type: 'scatterChart',
        title: 'Spend and revenue of campaigns; size: conversions as Meta counts them',
        roles: {
          Category: ['Campaigns[campaign_name]'],
          Series: ['Campaigns[campaign_channel]'],
          X: ['Ad Spend'],
          Y: ['Total Revenue'],
          Size: ['Ad Conversions'],
        },
      },
      table('Campaigns', 'Campaigns[campaign_name]', 'Total Revenue', 'Ad Spend', 'ROAS', 'CAC New Buyers', 'Link Rate'),
    ],
  },
  {
    name: 'Customer revenue',
    note: `Buyers are contacts that ordered, not contacts of the CRM; the revenue of a buyer is no order value. ${CHANNELS}`,
    slicers: ['Date[date]', 'Contacts[country]', 'Orders[utm_source]'],
    cards: ['Contacts', 'Buyers', 'Average Orders per Customer', 'AOV', 'Average LTV', 'Repeat Rate'],
    visuals: [
      chart('columnChart', 'New and repeat revenue by month', 'Date[month]', 'New Revenue', 'Repeat Revenue'),
      chart('clusteredBarChart', 'Orders by payment method', 'Orders[payment_method]', 'Orders'),
      {
        type: 'pivotTable',
        title: 'Retention by month of the first order and months since',
        roles: { Rows: ['Contacts[first_order_month]'], Columns: ['Months since first order[months]'], Values: ['Retention'] },
      },
    ],
  },
  {
    name: 'Revenue & product',
    note: `Sales that are not deleted, one row per product of a purchase. ${ENGAGED}`,
    slicers: ['Date[year]', 'Customers[location]', 'Customers[income_bracket]'],
    cards: ['Shop Revenue', 'Units Sold', 'Average Price per Unit', 'Average Sale Value', 'Median Sale Value', 'Shop Revenue YoY'],
    visuals: [
      chart('lineChart', 'Revenue by month', 'Date[month]', 'Shop Revenue'),
      chart('clusteredBarChart', 'Revenue by category group', 'Products[category_group]', 'Shop Revenue'),
      table(
        'Products',
        'Products[product_name]',
        'Revenue Rank',
        'Shop Revenue',
        'Revenue Share',
        'Cumulative Revenue Share',
        'Units Sold',
        'Average Price per Unit',
      ),
    ],
  },
  {
    name: 'Customer insight',
    note: `${ENGAGED} Customers who returned came back with a ticket, not with a purchase.`,
    slicers: ['Date[year]', 'Customers[location]', 'Customers[income_bracket]', 'Customers[customer_gender]'],
    cards: ['Customers', 'Shop Buyers', 'Average Revenue per Customer', 'New Customers', 'Returning Customers', 'Customer Age Median'],
    visuals: [
      chart('clusteredColumnChart', 'Customers by age', 'Customers[age_band]', 'Customers'),
      chart('lineChart', 'Sign-ups by month', 'Date[month]', 'Sign-ups'),
      table('Income', 'Customers[income_bracket]', 'Customers', 'Shop Buyers', 'Shop Revenue', 'Average Revenue per Customer', 'Customers at Risk'),
    ],
  },
  {
    name: 'Support & satisfaction',
    note: 'Every ticket; choose is_resolved_valid for those with a valid time to resolution, which is what the replaced report showed. Few customers rate a ticket.',
    slicers: ['Date[date]', 'Customers[location]', 'Tickets[ticket_priority]', 'Tickets[ticket_channel]', 'Tickets[is_resolved_valid]'],
    cards: ['Total Tickets', 'FRT Mean', 'FRT Median', 'TTR Mean', 'TTR Median', 'CSAT Positive of Rated'],
    visuals: [
      table('Channels', 'Tickets[ticket_channel]', 'Total Tickets', 'FRT Median', 'FRT P75', 'FRT P95', 'TTR Median', 'TTR P75', 'TTR P95', 'CSAT Mean'),
      chart('clusteredBarChart', 'Tickets by subject', 'Tickets[ticket_subject]', 'Total Tickets'),
      {
        type: 'pivotTable',
        title: 'Priorities of each channel, share of its tickets',
        roles: { Rows: ['Tickets[ticket_channel]'], Columns: ['Tickets[ticket_priority]'], Values: ['Priority Share'] },
      },
    ],
  },
  {
    name: 'Weekly ops',
    note: 'Promises broken, by the week in which tickets were opened; of all tickets unless scope is chosen. Revenue at risk is what these customers bought before, not what will be lost.',
    slicers: ['Date[date]', 'Weekly ops[scope]', 'Weekly ops[scope_value]'],
    cards: ['Tickets of the Week', 'SLA Violations', 'SLA Violation Share', 'FRT Violations', 'TTR Violations', 'Support As Of'],
    visuals: [
      chart('clusteredColumnChart', 'Violations by week', 'Date[week_start]', 'FRT Violations', 'TTR Violations'),
      chart('lineChart', 'Share of tickets with a violation by week', 'Date[week_start]', 'SLA Violation Share'),
      table('Weeks', 'Date[week_start]', 'Tickets of the Week', 'SLA Violations', 'SLA Violation Share', 'Violated Customers', 'Revenue at Risk'),
    ],
  },
  {
    name: 'Sales coverage',
    note: 'Stores in the list of the sales team; the source sends the reports of a span of its own.',
    slicers: ['Stores[chain]', 'Stores[store_class]', 'Stores[city]'],
    cards: ['Stores Listed', 'Visited Stores', 'Coverage', 'Visits', 'Visits per Store', 'Units in Stock'],
    visuals: [
      {
        type: 'azureMap',
        title: 'Stores; size: visits',
        roles: { Category: ['Stores[store_name]'], Y: ['Stores[latitude]'], X: ['Stores[longitude]'], Size: ['Visits'] },
      },
      chart('clusteredBarChart', 'Coverage by class of store', 'Stores[store_class]', 'Coverage'),
      table('Chains', 'Stores[chain]', 'Stores Listed', 'Visited Stores', 'Coverage', 'Visits per Store'),
    ],
  },
  {
    name: 'Pipeline health',
    note: 'How well each stream is served, and whether every record is accounted for: unexplained is to be 0.',
    slicers: ['Date[date]', 'Pipeline days[source]'],
    cards: ['Streams', 'Stale Streams', 'Success Rate', 'Records Received', 'Reject Rate', 'Unexplained'],
    visuals: [
      chart('columnChart', 'Records by day', 'Date[date]', 'Rows Accepted', 'Records Rejected', 'Records Filtered'),
      table(
        'Days and streams',
        'Pipeline days[source]',
        'Pipeline days[stream]',
        'Records Received',
        'Rows Accepted',
        'Records Rejected',
        'Reject Rate',
        'Unexplained',
      ),
      table(
        'Streams',
        'Pipeline health[source]',
        'Pipeline health[stream]',
        'Pipeline health[schedule]',
        'Pipeline health[last_run_time]',
        'Pipeline health[is_fresh]',
        'Success Rate',
      ),
    ],
  },
];
