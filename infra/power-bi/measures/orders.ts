import { type Measure, measuresOf } from './measure.ts';

const orders = measuresOf('Orders', 'Orders');
const buyers = measuresOf('Orders', 'Buyers');
const time = measuresOf('Orders', 'Time');
const cohorts = measuresOf('Contacts', 'Contacts and retention');

const NO_SUM = 'not to be added up: who is in two periods or groups is counted in both';
const RATE = 'sums what has an exchange rate; Orders Without Rate tells of the rest';
const NAMED = "KEEPFILTERS(NOT ISBLANK('Orders'[contact_id]))";
/** The moment of the newest export and the day of the first order, whatever is chosen. */
const BOUNDS = `VAR AsOf = CALCULATE(MAX('Orders'[_extracted_at]), ALL('Orders'))
VAR FirstOrder = CALCULATE(MIN('Orders'[order_date]), ALL('Orders'))
VAR FirstDay = MIN('Date'[date])
VAR LastDay = MAX('Date'[date])`;
const ofLastMonth = (measure: string) => `VAR LastDay = MAX('Orders'[order_date])
RETURN
    IF(
        NOT ISBLANK(LastDay),
        CALCULATE(
            [${measure}],
            REMOVEFILTERS('Date'),
            'Date'[date] > EOMONTH(LastDay, -1),
            'Date'[date] <= EOMONTH(LastDay, 0)
        )
    )`;

/** Figures of orders, buyers and contacts. */
export const orderMeasures: readonly Measure[] = [
  orders('Total Revenue', 'money', "Sum of the orders' values in the reporting currency", "SUM('Orders'[amount_reporting])", { caveat: RATE }),
  orders('Orders', 'count', 'Number of orders', "COUNTROWS('Orders')"),
  orders('Transactions', 'count', 'Number of different order numbers', "DISTINCTCOUNTNOBLANK('Orders'[order_id])"),
  orders('AOV', 'money', 'Total Revenue / orders that have a rate: the value of an order', "AVERAGE('Orders'[amount_reporting])", {
    caveat: 'of an order, not of a customer: that is Average LTV',
    replaces: ['Average Order Value'],
  }),
  orders('Items Ordered', 'count', 'Items of the orders', "SUM('Orders'[items])"),
  orders(
    'Repeat Orders',
    'count',
    'Orders of contacts that had ordered before, in any period',
    "CALCULATE([Orders], KEEPFILTERS('Orders'[is_repeat] = TRUE()))",
    {
      caveat: 'worked out from the order of the orders; the flag that the export states is not used',
    },
  ),
  orders('Repeat Rate', 'percent', 'Repeat Orders / Orders', 'DIVIDE([Repeat Orders] + 0, [Orders])', {
    caveat: 'a share of orders, not of people',
    replaces: ['RepeatRate'],
  }),
  orders('Repeat Revenue', 'money', 'Total Revenue of Repeat Orders', "CALCULATE([Total Revenue], KEEPFILTERS('Orders'[is_repeat] = TRUE()))"),
  orders('New Revenue', 'money', 'Total Revenue of first orders', "CALCULATE([Total Revenue], KEEPFILTERS('Orders'[is_repeat] = FALSE()))", {
    caveat: 'with that of orders that name nobody',
  }),
  orders('Repeat Revenue Share', 'percent', 'Repeat Revenue / Total Revenue', 'DIVIDE([Repeat Revenue] + 0, [Total Revenue])'),
  orders('Orders Without Rate', 'count', 'Orders whose value has no exchange rate', "CALCULATE([Orders], KEEPFILTERS(ISBLANK('Orders'[amount_reporting])))", {
    caveat: 'anything but blank means that revenue is too small',
  }),
  orders('Orders As Of', 'moment', 'When the newest export of orders was made', "CALCULATE(MAX('Orders'[_extracted_at]), ALL('Orders'))"),
  buyers('Buyers', 'count', 'Different contacts that ordered', "DISTINCTCOUNTNOBLANK('Orders'[contact_id])", {
    caveat: `contacts that never ordered are no buyers; ${NO_SUM}`,
    replaces: ['Customers', 'CohortUsers'],
  }),
  buyers(
    'New Buyers',
    'count',
    'Different contacts whose first order of all is among these',
    "CALCULATE([Buyers], KEEPFILTERS('Orders'[is_repeat] = FALSE()))",
  ),
  buyers('Average LTV', 'money', 'Total Revenue of orders that name a contact / Buyers', `DIVIDE(CALCULATE([Total Revenue], ${NAMED}), [Buyers])`, {
    caveat: 'what buyers brought so far, no forecast; one report showed it as AOV',
    replaces: ['AvgLTV'],
  }),
  buyers('Average Orders per Customer', 'ratio', 'Orders that name a contact / Buyers', `DIVIDE(CALCULATE([Orders], ${NAMED}), [Buyers])`),
  time('Monthly Revenue', 'money', 'Total Revenue of the whole month of the newest order that is chosen', ofLastMonth('Total Revenue')),
  time('Monthly Orders', 'count', 'Orders of the whole month of the newest order that is chosen', ofLastMonth('Orders')),
  time(
    'Revenue MoM',
    'percent',
    'Change of Total Revenue on the month before, where exactly one month is chosen',
    `${BOUNDS}
VAR IsOneMonth = FirstDay = EOMONTH(LastDay, -1) + 1 && LastDay = EOMONTH(LastDay, 0)
VAR IsFinal = LastDay + 1 <= AsOf && EOMONTH(FirstDay, -2) + 1 >= FirstOrder
VAR Before = CALCULATE([Total Revenue], PREVIOUSMONTH('Date'[date]))
RETURN
    IF(IsOneMonth && IsFinal, DIVIDE([Total Revenue] - Before, Before))`,
    { caveat: 'blank unless both months are over and began after the first order: a part of a month is no fall' },
  ),
  time(
    'Order Period',
    'text',
    'final, or partial where the chosen days are not over or began before the first order',
    `${BOUNDS}
RETURN
    IF(ISFILTERED('Date') && (LastDay + 1 > AsOf || FirstDay < FirstOrder), "partial", "final")`,
    { caveat: 'put it beside each figure of a month' },
  ),
  cohorts(
    'Contacts',
    'count',
    'Contacts of the CRM, whether or not they ever ordered',
    "CALCULATE(COUNTROWS('Contacts'), KEEPFILTERS('Contacts'[contact_key] <> -1))",
    {
      caveat: 'not buyers; days do not filter it',
      replaces: ['Total Customers (marketing)'],
    },
  ),
  cohorts(
    'Cohort Buyers',
    'count',
    'Known contacts that ever ordered, by the month of their first order',
    "CALCULATE([Contacts], KEEPFILTERS(NOT ISBLANK('Contacts'[first_order_month])))",
    { caveat: 'days do not filter it' },
  ),
  cohorts(
    'Retention',
    'percent',
    'Different buyers of the cohort that ordered in the month so many months after their first / Cohort Buyers',
    `VAR Months = SELECTEDVALUE('Months since first order'[months])
VAR AsOf = CALCULATE(MAX('Orders'[_extracted_at]), ALL('Orders'))
VAR Cohorts =
    FILTER(
        VALUES('Contacts'[first_order_month]),
        NOT ISBLANK('Contacts'[first_order_month]) && EOMONTH('Contacts'[first_order_month], Months) + 1 <= AsOf
    )
VAR Active =
    SUMX(
        Cohorts,
        VAR FirstDay = EDATE('Contacts'[first_order_month], Months)
        VAR NextMonth = EDATE('Contacts'[first_order_month], Months + 1)
        RETURN
            CALCULATE(
                DISTINCTCOUNT('Orders'[contact_key]),
                REMOVEFILTERS('Date'),
                'Orders'[order_date] >= FirstDay,
                'Orders'[order_date] < NextMonth
            )
    )
RETURN
    IF(NOT ISBLANK(Months), DIVIDE(Active + 0, CALCULATE([Cohort Buyers], Cohorts)))`,
    { caveat: 'needs one of Months since first order; a month that is not over has no figure; who is in the first cohort may have ordered before' },
  ),
];
