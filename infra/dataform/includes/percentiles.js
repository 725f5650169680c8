/**
 * Exact percentiles, as PERCENTILE_CONT gives them, of values that are counted first: of few rows, without a window over every fact.
 * Of each different value a query has `place`, the number of rows up to and with it in its order, and `row_count`, that of all rows.
 * `below` and `above` are the two values that the percentile lies between, as aggregates; `between` is the percentile.
 * A percentile is a whole number from 0 to 100.
 */
const HUNDRED = 100;

const rank = (percent, rowCount) => {
  if (!Number.isInteger(percent) || percent < 0 || percent > HUNDRED) throw new Error(`${percent} is no percentile; use a whole number from 0 to 100`);
  return `${percent} * (${rowCount} - 1)`;
};

/** The value at or next below the percentile; null without rows. */
const below = (percent, value, { place, rowCount, when = 'TRUE' }) => `MIN(IF(${when} AND ${HUNDRED} * ${place} > ${rank(percent, rowCount)}, ${value}, NULL))`;

/** The value at or next above the percentile; null without rows. */
const above = (percent, value, { place, rowCount, when = 'TRUE' }) =>
  `MIN(IF(${when} AND ${HUNDRED} * (${place} - 1) >= ${rank(percent, rowCount)}, ${value}, NULL))`;

/** The percentile between two values by its distance to them, in a unit of so many of the value's. */
const between = (percent, low, high, rowCount, unit = 1) => {
  const share = `MOD(${rank(percent, rowCount)}, ${HUNDRED})`;
  return `SAFE_DIVIDE(${low} * (${HUNDRED} - ${share}) + ${high} * ${share}, ${HUNDRED * unit})`;
};

module.exports = { below, above, between };
