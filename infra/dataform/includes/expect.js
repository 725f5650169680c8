/**
 * Tests of models. Each is an assertion `<model>__<what>`: the rows that its query gives are the failures. `{ critical: true }`
 * tags it; what depends on the model then names it in `dependencies`, so that it stops where the test fails.
 * `{ key: [...] }` names columns that tell which row it is. A model is `'name'` or `['dataset', 'name']`.
 */
const nameOf = (model) => (Array.isArray(model) ? model.join('_') : model);
const list = (columns) => columns.map((column) => `${column}, `).join('');
const text = (value) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const literal = (value) => (typeof value === 'string' ? text(value) : String(value));

/** Of each model the critical tests that are declared so far: before a snapshot of it, in the same file. */
const critical = new Map();

const check = (model, what, query, { critical: isCritical = false } = {}) => {
  const name = `${nameOf(model)}__${what}`;
  if (isCritical) critical.set(nameOf(model), [...(critical.get(nameOf(model)) ?? []), name]);
  return assert(name, (ctx) => query(ctx.ref(...[model].flat()), ctx)).tags(['tests', ...(isCritical ? ['critical'] : [])]);
};

/** No two rows have the same values in these columns; `{ what: 'name' }` where the model has another such test. */
const uniqueKey = (model, columns, { what = 'unique', ...options } = {}) =>
  check(model, what, (table) => `SELECT ${list(columns)}COUNT(*) AS row_count FROM ${table} GROUP BY ${columns.join(', ')} HAVING COUNT(*) > 1`, options);

/** None of these columns is null. */
const nonNull = (model, columns, options = {}) => {
  const { key = [] } = options;
  const missing = (table) => (column) => `SELECT ${list(key)}'${column}' AS missing_column FROM ${table} WHERE ${column} IS NULL`;
  return check(model, 'not_null', (table) => columns.map(missing(table)).join('\nUNION ALL\n'), options);
};

/** The condition holds in every row; where it is null it does not. */
const holds = (model, what, condition, options = {}) => {
  const { key = [] } = options;
  return check(
    model,
    what,
    (table) => `SELECT ${list(key)}${text(condition)} AS failing_condition FROM ${table} WHERE NOT IFNULL(${condition}, FALSE)`,
    options,
  );
};

/** A column has one of these values, or null where `{ nullable: true }` says so. */
const acceptedValues = (model, column, values, options = {}) => {
  const { nullable = false } = options;
  const isMissing = nullable ? 'FALSE' : `${column} IS NULL`;
  const isOther = `${column} NOT IN (${values.map(literal).join(', ')})`;
  const query = (table) => `SELECT ${column}, COUNT(*) AS row_count FROM ${table} WHERE ${isMissing} OR ${isOther} GROUP BY ${column}`;
  return check(model, `${column}__accepted`, query, options);
};

/** A column lies between two values, bounds included; null passes where `{ nullable: true }` says so. */
const between = (model, column, low, high, options = {}) => {
  const { nullable = false, key = [] } = options;
  const isMissing = nullable ? 'FALSE' : `${column} IS NULL`;
  const isOutside = `${column} NOT BETWEEN ${literal(low)} AND ${literal(high)}`;
  return check(model, `${column}__range`, (table) => `SELECT ${list(key)}${column} FROM ${table} WHERE ${isMissing} OR ${isOutside}`, options);
};

/** Every value of a column is one of the parent's; null is none. */
const relationship = (model, column, parent, parentColumn = column, options = {}) => {
  const query = (table, ctx) =>
    `SELECT child.${column}, COUNT(*) AS row_count FROM ${table} AS child LEFT JOIN ${ctx.ref(...[parent].flat())} AS parent ON child.${column} = parent.${parentColumn}
WHERE child.${column} IS NOT NULL AND parent.${parentColumn} IS NULL GROUP BY child.${column}`;
  return check(model, `${column}__in__${nameOf(parent)}`, query, options);
};

/**
 * A model that grows has no more rows than what it is made of: a merge takes none away, so that rows which are gone there (after a
 * `rebuild`, say) would be counted for ever. Where it fails, run the model with --full-refresh.
 */
const noneLeft = (model, parents, options = {}) => {
  const query = (table, ctx) =>
    `SELECT counted.model_rows, counted.source_rows FROM (
SELECT (SELECT COUNT(*) FROM ${table}) AS model_rows, ${parents.map((parent) => `(SELECT COUNT(*) FROM ${ctx.ref(parent)})`).join(' + ')} AS source_rows
) AS counted WHERE counted.model_rows > counted.source_rows`;
  return check(model, 'none_left_over', query, options);
};

/** The newest value of a TIMESTAMP is at most so many hours old; a table that nothing was ever loaded into is not stale. */
const freshness = (model, column, hours, options) => {
  const query = (table) =>
    `SELECT age.newest FROM (SELECT MAX(${column}) AS newest FROM ${table}) AS age WHERE age.newest < TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL ${hours} HOUR)`;
  return check(model, `${column}__fresh`, query, options);
};

/** At most this share of the rows (`{ where: 'condition' }` says which) has null in a column. */
const nullRatio = (model, column, share, options = {}) => {
  const { where = 'TRUE' } = options;
  const ratio = `SAFE_DIVIDE(COUNTIF(${column} IS NULL), COUNT(*))`;
  const query = (table) =>
    `SELECT found.null_ratio FROM (SELECT ${ratio} AS null_ratio FROM ${table} WHERE ${where}) AS found WHERE found.null_ratio > ${share}`;
  return check(model, `${column}__null_ratio`, query, options);
};

/** A percentile (95, say) of a column is at most `max` and at least `min`. */
const percentile = (model, column, percent, { max, min, ...options }) => {
  const bounds = [...(max === undefined ? [] : [`percentile_value > ${max}`]), ...(min === undefined ? [] : [`percentile_value < ${min}`])];
  const query = (table) =>
    `SELECT percentile_value FROM (SELECT DISTINCT PERCENTILE_CONT(${column}, ${percent / 100}) OVER () AS percentile_value FROM ${table}) WHERE ${bounds.join(' OR ')}`;
  return check(model, `${column}__p${percent}`, query, options);
};

/**
 * An expression over the model differs from the snapshot before by at most this share. Snapshots are a table of their own, a
 * row whenever the value is another one, taken once the critical tests of the model have passed: what comes of doubled rows is
 * nothing to compare with. A jump that is right is accepted by `--select <snapshot> --full-refresh`.
 */
const keyMetric = (model, metric, expression, tolerance, options) => {
  const snapshot = `snap_${nameOf(model)}__${metric}`;
  const taken = (ctx) => `SELECT CURRENT_TIMESTAMP() AS taken_at, CAST(${expression} AS FLOAT64) AS metric_value FROM ${ctx.ref(...[model].flat())}`;
  const last = (ctx) => `SELECT old.metric_value FROM ${ctx.self()} AS old QUALIFY ROW_NUMBER() OVER (ORDER BY old.taken_at DESC) = 1`;
  const changed = (ctx) =>
    `SELECT fresh.taken_at, fresh.metric_value FROM (${taken(ctx)}) AS fresh
WHERE fresh.metric_value IS NOT NULL AND NOT IFNULL((${last(ctx)}) = fresh.metric_value, FALSE)`;
  const description = `${metric} of ${nameOf(model)}, whenever it changed`;
  publish(snapshot, { type: 'incremental', schema: 'snapshots', tags: ['snapshots'], description, dependencies: critical.get(nameOf(model)) ?? [] }).query(
    (ctx) =>
      ctx.when(ctx.incremental(), changed(ctx), `SELECT fresh.taken_at, fresh.metric_value FROM (${taken(ctx)}) AS fresh WHERE fresh.metric_value IS NOT NULL`),
  );
  const query = (table) =>
    `SELECT step.metric_value, step.value_before FROM (
SELECT snap.metric_value, LAG(snap.metric_value) OVER (ORDER BY snap.taken_at) AS value_before, ROW_NUMBER() OVER (ORDER BY snap.taken_at DESC) AS place FROM ${table} AS snap
) AS step WHERE step.place = 1 AND ABS(step.metric_value - step.value_before) > ${tolerance} * ABS(step.value_before)`;
  return check(['snapshots', snapshot], 'steady', query, options);
};

/** The number of rows differs from the snapshot before by at most this share. */
const volume = (model, tolerance, options) => keyMetric(model, 'row_count', 'COUNT(*)', tolerance, options);

module.exports = { uniqueKey, nonNull, holds, acceptedValues, between, relationship, noneLeft, freshness, nullRatio, percentile, keyMetric, volume };
