import type { CalculatedColumn, Table } from './tables/table.ts';

/** A table that is worked out in the model, in DAX: of one column, and what follows from it. */
export interface CalculatedTable {
  readonly name: string;
  readonly description: string;
  readonly dax: string;
  /** The column that the DAX makes, by its name there. */
  readonly column: { readonly name: string; readonly madeAs: string; readonly type: 'DATE' | 'INT64'; readonly description: string };
  readonly calculated: Readonly<Record<string, CalculatedColumn>>;
  /** Whether it is the date table: time functions of DAX need it marked. */
  readonly isDates?: boolean;
}

export const DATES = 'Date';

const DAY_COLUMNS: Readonly<Record<string, CalculatedColumn>> = {
  year: { type: 'INT64', description: 'Year', dax: 'YEAR([date])', format: '0' },
  quarter: { type: 'STRING', description: 'Quarter, the year first, as 2020 Q4: so it sorts by time', dax: 'YEAR([date]) & " Q" & QUARTER([date])' },
  month_number: { type: 'INT64', description: 'The order of month: year times 100 and month', dax: 'YEAR([date]) * 100 + MONTH([date])', isHidden: true },
  month: {
    type: 'STRING',
    description: 'Month with its year, as Nov 2020, in the order of time: a month without its year would join different years, and begin with April',
    dax: 'FORMAT([date], "mmm yyyy", "en-GB")',
    sortedBy: 'month_number',
  },
  week_start: { type: 'DATE', description: 'Monday of the week', dax: '[date] - WEEKDAY([date], 2) + 1', format: 'yyyy-mm-dd' },
};

/** The date table, from the first year to the last that any table has a day of; a day outside 1990 and the next year is taken for a mistake. */
export function dateTable(tables: readonly Table[]): CalculatedTable {
  const days = tables.flatMap(({ name, columns, added = {} }) =>
    Object.entries({ ...columns, ...added }).flatMap(([column, { isDay }]) => (isDay === true ? [`'${name}'[${column}]`] : [])),
  );
  const rows = (find: string) => days.map((column, index) => `        ${find}(${column})${index === days.length - 1 ? '' : ','}`);
  return {
    name: DATES,
    description: 'Every day, once: filters orders, ads, sales, tickets and all else by their day',
    dax: [
      'VAR FirstDays =',
      '    {',
      ...rows('MIN'),
      '    }',
      'VAR LastDays =',
      '    {',
      ...rows('MAX'),
      '    }',
      'VAR FirstDay = MAX(COALESCE(MINX(FirstDays, [Value]), TODAY()), DATE(1990, 1, 1))',
      'VAR LastDay = MIN(COALESCE(MAXX(LastDays, [Value]), TODAY()), DATE(YEAR(TODAY()) + 1, 12, 31))',
      'RETURN',
      '    CALENDAR(DATE(YEAR(FirstDay), 1, 1), DATE(YEAR(MAX(FirstDay, LastDay)), 12, 31))',
    ].join('\n'),
    column: { name: 'date', madeAs: 'Date', type: 'DATE', description: 'Day' },
    calculated: DAY_COLUMNS,
    isDates: true,
  };
}

/** What retention is looked at by: months since the month of the first order. */
export const monthsSinceFirst: CalculatedTable = {
  name: 'Months since first order',
  description: 'Months since the month of the first order, 0 to 12: the columns of a table of retention',
  dax: 'GENERATESERIES(0, 12)',
  column: { name: 'months', madeAs: 'Value', type: 'INT64', description: 'Months since the month of the first order: 0 is that month' },
  calculated: {},
};
