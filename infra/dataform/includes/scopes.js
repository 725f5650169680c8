/**
 * Figures that cannot be added up (distinct counts, percentiles, ranks) are worked out once per scope: `all`, and one for each value
 * of each filter. A scope is `{ name: expression of its value }`; the value of `all` is 'all'.
 */
const ALL = 'all';
const NONE = 'none';

/** One query per scope, joined: `query` gets the two columns `scope` and `scope_value`, to be selected and grouped by. */
const each = (filters, query) => {
  const all = [[ALL, `'${ALL}'`], ...Object.entries(filters).map(([name, value]) => [name, `COALESCE(${value}, '${NONE}')`])];
  return all.map(([name, value]) => query(`'${name}' AS scope, ${value} AS scope_value`, 'scope, scope_value')).join('\nUNION ALL\n');
};

/** The names of the scopes, for their test. */
const names = (filters) => [ALL, ...Object.keys(filters)];

module.exports = { ALL, each, names };
