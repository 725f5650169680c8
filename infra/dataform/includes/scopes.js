/**
 * Figures that cannot be added up (distinct counts, percentiles, ranks) are worked out once per scope: `all`, and one for each value
 * of each filter. Filters are `{ name: expression of its value }`; the value of `all` is 'all', that of nothing 'none'. A query
 * joins each row to the scopes (CROSS JOIN), so that it is read once, and groups by scope and value.
 */
const ALL = 'all';
const NONE = 'none';

/** The scopes as a table of one column, `scope`. */
const table = (filters) => `(${[ALL, ...Object.keys(filters)].map((name) => `SELECT '${name}' AS scope`).join(' UNION ALL ')})`;

/** The value of a row in a scope. */
const valueIn = (filters, scope) => {
  const cases = Object.entries(filters).map(([name, value]) => `WHEN '${name}' THEN COALESCE(${value}, '${NONE}')`);
  return `CASE ${scope} ${cases.join(' ')} ELSE '${ALL}' END`;
};

module.exports = { ALL, NONE, table, valueIn };
