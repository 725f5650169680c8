/**
 * Figures by period and scope. Figures that cannot be added up (buyers, above all) are worked out once for each: a `period` is
 * `all` (everything there is), `month` or `day`, with its first and last day; a `scope` is `all` or a column, with its value.
 */
const ALL = 'all';
const NONE = 'none';
/** A function of what is grouped is none of BigQuery's GROUP BY: the last day is an aggregate. */
const SPANS = {
  all: (first, last) => ({ first: `MIN(${first})`, last: `MAX(${last})`, group: [] }),
  month: (day) => ({ first: `DATE_TRUNC(${day}, MONTH)`, last: `LAST_DAY(MIN(${day}), MONTH)`, group: [`DATE_TRUNC(${day}, MONTH)`] }),
  day: (day) => ({ first: day, last: day, group: [day] }),
};

/** The five columns that say which figures these are, to be selected under these names. */
const COLUMNS = ['period', 'period_start', 'period_end', 'scope', 'scope_value'];

/**
 * One query for each period and scope, joined. `scopes` has the columns of each period: `{ all: { country: 'fact.country' }, day: {} }`;
 * every period has the scope `all`. `query` gets the text of the five columns and the end of the query, a GROUP BY. `day` is a
 * column, or `{ first, last }` where rows are of several days, for the period `all`.
 */
const each = (day, scopes, query) => {
  const { first = day, last = day } = day;
  return Object.entries(scopes)
    .flatMap(([period, columns]) =>
      [[ALL, undefined], ...Object.entries(columns)].map(([scope, value]) => one(period, SPANS[period](first, last), scope, value, query)),
    )
    .join('\nUNION ALL\n');
};

const one = (period, { first, last, group }, scope, value, query) => {
  const shown = value === undefined ? `'${ALL}'` : `COALESCE(${value}, '${NONE}')`;
  const groups = [...group, ...(value === undefined ? [] : [shown])];
  const columns = `'${period}' AS period, ${first} AS period_start, ${last} AS period_end, '${scope}' AS scope, ${shown} AS scope_value`;
  // Without a group there is one row, even of nothing.
  return query(columns, groups.length === 0 ? 'HAVING COUNT(*) > 0' : `GROUP BY ${groups.join(', ')}`);
};

/** The descriptions of the five columns, for the model that has them. */
const described = (scopes) => ({
  period: { description: "Span of the figures: 'all' (everything there is), 'month' or 'day'", tags: ['key'] },
  period_start: { description: "First day of the month or day; of 'all' the first day of these figures", tags: ['key'] },
  period_end: "Last day of the month or day; of 'all' the last day of these figures",
  scope: { description: `What the figures are about: 'all', or one ${scopes}`, tags: ['key'] },
  scope_value: { description: "Which one; 'all' for all of them, 'none' where there is none", tags: ['key'] },
});

/**
 * Whether a period is not all there: it is not over at the time of the data, or began before its first day. `all` is what there
 * is. `bounds` has `as_of` and `first_day`.
 */
const isPartial = (figure, bounds) =>
  `(${figure}.period <> '${ALL}' AND (DATE(${bounds}.as_of) <= ${figure}.period_end OR ${figure}.period_start < ${bounds}.first_day))`;

module.exports = { ALL, NONE, COLUMNS, each, isPartial, described };
