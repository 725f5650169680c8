import type { Card, CardText } from './card.ts';
import { card } from './charts.ts';
import { NO_DATA } from '../figures/figure.ts';
import { filteredDimensions } from '../figures/filters.ts';
import { spanText } from '../format.ts';
import { ready } from '../figures/measure.ts';
import type { Shown } from './model.ts';
import { NOT_AVAILABLE } from '../figures/ready-tables.ts';
import { select } from '../figures/selection.ts';

const TABLE = 'mtr_customer_retention';

/** A card of how many of a month's new buyers come back; there for everybody only. */
export function cohorts(text: CardText): Card {
  const measure = ready('Retention', 'percent', [TABLE, 'retention']);
  return card(text, [measure, ready('Buyers of the cohort', 'count', [TABLE, 'cohort_buyers'])], ({ report, filters }): Shown => {
    const table = report.table(TABLE);
    if (table === undefined || table.rows === 0) return { model: { kind: 'message', text: NO_DATA }, ignored: [] };
    if (filteredDimensions(filters).length > 0) return { model: { kind: 'message', text: NOT_AVAILABLE }, ignored: [] };
    const cells = new Map<string, number | null>();
    const sizes = new Map<string, { buyers: number | null; completeness: string | null }>();
    for (const row of select(table, filters).rows) {
      const month = table.text(row, 'cohort_month') ?? '';
      const since = table.number(row, 'months_since_first') ?? 0;
      cells.set(`${month} ${since}`, table.number(row, 'retention'));
      if (since === 0) sizes.set(month, { buyers: table.number(row, 'cohort_buyers'), completeness: table.text(row, 'completeness') });
    }
    const months = [...sizes.keys()].sort();
    if (months.length === 0) return { model: { kind: 'message', text: 'No whole month lies in these dates' }, ignored: [] };
    const sinces = [...Array(MOST).keys()]
      .map((place) => place + 1)
      .filter((since) => months.some((month) => (cells.get(`${month} ${since}`) ?? null) !== null));
    if (sinces.length === 0) return { model: { kind: 'message', text: 'No month after a first order is over yet' }, ignored: [] };
    return {
      model: {
        kind: 'grid',
        rowLabel: 'First order in',
        columnLabel: 'Months since',
        valueLabel: 'Retention',
        unit: 'percent',
        rows: months.map((month) => ({ text: spanText(month, 'month'), note: noteOf(sizes.get(month)) })),
        columns: sinces.map((since) => `+${since} ${since === 1 ? 'month' : 'months'}`),
        values: months.map((month) => sinces.map((since) => cells.get(`${month} ${since}`) ?? null)),
      },
      ignored: [],
    };
  });
}

const MOST = 12;

function noteOf(size: { buyers: number | null; completeness: string | null } | undefined): string {
  const completeness = size?.completeness === 'partial' ? ', partial' : '';
  return `${(size?.buyers ?? 0).toLocaleString('en-GB')} buyers${completeness}`;
}
