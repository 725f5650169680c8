/**
 * Exact percentiles, as PERCENTILE_CONT gives them, of values that are counted first: it reads as many rows as there are different
 * values, and as an aggregate it needs no window over every fact. A query that uses it groups by the scope and has, for each value,
 * `place` (rows up to and with this value, in its order) and `row_count` (rows of the scope).
 */
const HUNDRED = 100;

/** The percentile (a whole number from 0 to 100) of a NUMERIC or INT64 column, between two values by their distance; null without rows. */
const of = (percent, value, { place = 'place', rowCount = 'row_count', when = 'TRUE' } = {}) => {
  if (!Number.isInteger(percent) || percent < 0 || percent > HUNDRED) throw new Error(`${percent} is no percentile; use a whole number from 0 to 100`);
  const rank = `${percent} * (${rowCount} - 1)`;
  const below = `MIN(IF(${when} AND ${place} > DIV(${rank}, ${HUNDRED}), ${value}, NULL))`;
  const above = `MIN(IF(${when} AND ${place} > DIV(${rank} + ${HUNDRED - 1}, ${HUNDRED}), ${value}, NULL))`;
  const share = `MAX(IF(${when}, MOD(${rank}, ${HUNDRED}), NULL))`;
  return `SAFE_DIVIDE(${below} * (${HUNDRED} - ${share}) + ${above} * ${share}, ${HUNDRED})`;
};

module.exports = { of };
