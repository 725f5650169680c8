/** How much a figure can be relied on, the best first; a figure made of several takes the weakest of them. */
const LEVELS = ['final', 'provisional', 'sampled', 'thresholded', 'partial', 'unconverted'];
const weakestFirst = LEVELS.slice(1).reverse();

const known = (level) => {
  if (!LEVELS.includes(level)) throw new Error(`completeness has no level "${level}"; use ${LEVELS.join(', ')}`);
  return level;
};

/** The weakest level whose condition holds, as `{ unconverted: 'a condition', partial: … }`; 'final' where none does or all are null. */
const of = (conditions) => {
  for (const level of Object.keys(conditions)) known(level);
  const cases = weakestFirst.filter((level) => conditions[level] !== undefined).map((level) => `WHEN ${conditions[level]} THEN '${level}'`);
  return cases.length === 0 ? `'final'` : `CASE ${cases.join(' ')} ELSE 'final' END`;
};

/** The weakest of a group's rows: an aggregate over a completeness column; 'final' for a group without rows. */
const weakest = (column) => of(Object.fromEntries(weakestFirst.map((level) => [level, `LOGICAL_OR(${column} = '${level}')`])));

module.exports = { LEVELS, of, weakest };
