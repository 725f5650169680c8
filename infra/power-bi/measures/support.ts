import { type Format, type Measure, measuresOf } from './measure.ts';

const tickets = measuresOf('Tickets', 'Tickets');
const times = measuresOf('Tickets', 'Response and resolution');
const ratings = measuresOf('Tickets', 'Satisfaction');
const weekly = measuresOf('Weekly ops', 'Promises of the week');

const SKEWED = 'skewed: read the median with the percentiles, not the mean alone';
const POPULATION = 'choose is_resolved_valid = true for the population of the replaced report';
const RATED = 'who answers is not who asks';

interface Duration {
  readonly short: string;
  readonly column: string;
  readonly what: string;
  readonly replaces: Readonly<Record<'Mean' | 'Median', readonly string[]>>;
}

const durations: readonly Duration[] = [
  {
    short: 'FRT',
    column: "'Tickets'[frt_minutes]",
    what: 'the first answer',
    replaces: { Mean: ['Avg FRT Duration (hours)', 'Avg_FRT_Channel'], Median: [] },
  },
  {
    short: 'TTR',
    column: "'Tickets'[ttr_minutes]",
    what: 'the resolution',
    replaces: { Mean: ['Avg TTR Duration (hours), which showed the time to the first answer', 'Avg_TTR_Channel'], Median: ['Median_TTR_per_CSAT'] },
  },
];

function timesOf({ short, column, what, replaces }: Duration): readonly Measure[] {
  const hours = (name: string) => `${name} of the hours from the opening of a ticket until ${what}, of tickets with a valid time`;
  return [
    times(`${short} Mean`, 'hours', hours('Mean'), `DIVIDE(AVERAGE(${column}), 60)`, { caveat: `${SKEWED}; ${POPULATION}`, replaces: replaces.Mean }),
    times(`${short} Median`, 'hours', hours('Median'), `DIVIDE(MEDIAN(${column}), 60)`, { caveat: POPULATION, replaces: replaces.Median }),
    times(`${short} P75`, 'hours', hours('75th percentile'), `DIVIDE(PERCENTILE.INC(${column}, 0.75), 60)`, { caveat: POPULATION }),
    times(`${short} P95`, 'hours', hours('95th percentile'), `DIVIDE(PERCENTILE.INC(${column}, 0.95), 60)`, { caveat: POPULATION }),
  ];
}

/** A figure of the weeks, of all tickets unless one scope is chosen. */
function ofWeeks(name: string, format: Format, definition: string, column: string, isSum: boolean, caveat?: string): Measure {
  const one = `CALCULATE(SUM('Weekly ops'[${column}]), 'Weekly ops'[scope] = Chosen)`;
  const figure = isSum ? one : `IF(HASONEVALUE('Weekly ops'[week_start]) && (Chosen = "all" || HASONEVALUE('Weekly ops'[scope_value])), ${one})`;
  return weekly(
    name,
    format,
    definition,
    `VAR Chosen = SELECTEDVALUE('Weekly ops'[scope], "all")\nRETURN\n    ${figure}`,
    caveat === undefined ? {} : { caveat },
  );
}

const SCOPE = 'choose scope priority or channel to see it by scope_value; of all tickets otherwise';

/** Figures of the support team. */
export const supportMeasures: readonly Measure[] = [
  tickets('Total Tickets', 'count', 'Tickets of every status', "COUNTROWS('Tickets')", {
    caveat: 'all of them: the replaced report left out those without a valid time to resolution, which Resolved Tickets counts',
  }),
  tickets(
    'Resolved Tickets',
    'count',
    'Tickets with a valid time to resolution',
    "CALCULATE([Total Tickets], KEEPFILTERS('Tickets'[is_resolved_valid] = TRUE()))",
  ),
  tickets(
    'Priority Share',
    'fine percent',
    'Total Tickets / Total Tickets of every priority',
    "DIVIDE([Total Tickets], CALCULATE([Total Tickets], REMOVEFILTERS('Tickets'[ticket_priority], 'Tickets'[priority_order])))",
  ),
  tickets('Support As Of', 'moment', 'When the newest ticket was asked for', "CALCULATE(MAX('Tickets'[_extracted_at]), ALL('Tickets'))"),
  ...durations.flatMap(timesOf),
  times(
    'FRT Mean of Last Day',
    'hours',
    'FRT Mean of the newest day with a ticket that is chosen',
    `VAR LastDay = MAX('Tickets'[ticket_date])
RETURN
    CALCULATE([FRT Mean], REMOVEFILTERS('Date'), 'Date'[date] = LastDay)`,
    { replaces: ['Avg FRT per day'] },
  ),
  ratings(
    'Rated Tickets',
    'count',
    'Tickets that the customer rated',
    "CALCULATE([Total Tickets], KEEPFILTERS(NOT ISBLANK('Tickets'[customer_satisfaction])))",
  ),
  ratings('Positive Tickets', 'count', 'Tickets rated 4 or 5', "CALCULATE([Total Tickets], KEEPFILTERS('Tickets'[customer_satisfaction] >= 4))"),
  ratings('CSAT Positive of All', 'percent', 'Positive Tickets / Total Tickets', 'DIVIDE([Positive Tickets] + 0, [Total Tickets])', {
    caveat: 'a ticket without a rating counts as not positive',
    replaces: ['CSAT_Positive'],
  }),
  ratings('CSAT Positive of Rated', 'percent', 'Positive Tickets / Rated Tickets', 'DIVIDE([Positive Tickets] + 0, [Rated Tickets])', { caveat: RATED }),
  ratings('CSAT Mean', 'rating', 'Mean rating', "AVERAGE('Tickets'[customer_satisfaction])", { caveat: RATED, replaces: ['Avg_CSAT_Channel'] }),
  ofWeeks('Tickets of the Week', 'count', 'Tickets that were opened in the week', 'tickets', true, SCOPE),
  ofWeeks('FRT Violations', 'count', 'Tickets that were answered later than promised', 'frt_violations', true),
  ofWeeks('TTR Violations', 'count', 'Tickets that were resolved later than promised', 'ttr_violations', true),
  ofWeeks('SLA Violations', 'count', 'Tickets with one or both', 'sla_violations', true, 'less than the sum of both kinds'),
  weekly('SLA Violation Share', 'percent', 'SLA Violations / Tickets of the Week', 'DIVIDE([SLA Violations], [Tickets of the Week])'),
  ofWeeks(
    'Violated Customers',
    'count',
    'Known customers with such a ticket in the week',
    'violated_customers',
    false,
    'of one week; blank where several are chosen',
  ),
  ofWeeks(
    'Revenue at Risk',
    'money',
    'What these customers bought in the 730 days up to the end of the week',
    'revenue_at_risk',
    false,
    'of one week; blank where several are chosen; not what will be lost',
  ),
];
