import { type Measure, measuresOf } from './measure.ts';

const coverage = measuresOf('Stores', 'Coverage');
const visits = measuresOf('Call reports', 'Visits');
const stock = measuresOf('Inventory', 'Stock');
const streams = measuresOf('Pipeline health', 'Streams');
const records = measuresOf('Pipeline days', 'Records');

const KNOWN = "KEEPFILTERS('Call reports'[store_key] <> -1)";
const VISIT = "KEEPFILTERS('Call reports'[is_visit] = TRUE())";

/** Figures of the sales team and of the pipeline. */
export const fieldMeasures: readonly Measure[] = [
  coverage('Stores Listed', 'count', 'Stores in the list', "CALCULATE(COUNTROWS('Stores'), KEEPFILTERS('Stores'[store_key] <> -1))"),
  coverage(
    'Visited Stores',
    'count',
    'Stores in the list with a visit on the chosen days',
    `CALCULATE(DISTINCTCOUNT('Call reports'[store_key]), ${KNOWN}, ${VISIT})`,
  ),
  coverage('Coverage', 'percent', 'Visited Stores / Stores Listed', 'DIVIDE([Visited Stores] + 0, [Stores Listed])', {
    caveat: 'the source sends the reports of a span of its own',
  }),
  coverage('Visits per Store', 'ratio', 'Visits / Stores Listed', 'DIVIDE([Visits] + 0, [Stores Listed])'),
  visits('Reports', 'count', 'Reports of visits, calls and all else about stores in the list', `CALCULATE(COUNTROWS('Call reports'), ${KNOWN})`),
  visits('Visits', 'count', 'Reports of visits to stores in the list', `CALCULATE([Reports], ${VISIT})`),
  stock(
    'Units in Stock',
    'count',
    'Units of the newest snapshot that is chosen',
    `VAR LastDay = MAX('Inventory'[snapshot_date])
RETURN
    CALCULATE(SUM('Inventory'[units]), REMOVEFILTERS('Date'), 'Inventory'[snapshot_date] = LastDay)`,
    { caveat: 'snapshots of several days are not added up' },
  ),
  streams('Streams', 'count', 'Streams that are declared', "COUNTROWS('Pipeline health')"),
  streams(
    'Stale Streams',
    'count',
    'Streams whose newest load is older than their schedule asks for',
    "CALCULATE([Streams], KEEPFILTERS('Pipeline health'[is_fresh] = FALSE())) + 0",
  ),
  streams(
    'Success Rate',
    'percent',
    'Scheduled moments of the last 30 days with a load / all of them',
    "DIVIDE(SUM('Pipeline health'[loaded_slots]), SUM('Pipeline health'[scheduled_slots]))",
  ),
  records('Records Received', 'count', 'Records in the raw objects', "SUM('Pipeline days'[records])"),
  records('Rows Accepted', 'count', 'Rows that the records became', "SUM('Pipeline days'[clean_rows])"),
  records('Records Rejected', 'count', 'Records that broke the contract', "SUM('Pipeline days'[rejects])"),
  records('Records Filtered', 'count', 'Records that the stream does not want', "SUM('Pipeline days'[filtered])"),
  records('Reject Rate', 'fine percent', 'Records Rejected / Records Received', 'DIVIDE([Records Rejected] + 0, [Records Received])'),
  records('Unexplained', 'count', 'Records and rows that are nowhere', "SUM('Pipeline days'[unexplained_records]) + SUM('Pipeline days'[unexplained_rows])", {
    caveat: 'anything but 0 is a mistake of the pipeline',
  }),
];
