/**
 * Columns that differ from DuckDB's, as `dataset.table.column`, each with the reason; one that is listed and is equal is a failure,
 * too. What the emulator's functions get wrong is listed in test/curated/conformance/differs-there.ts.
 */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  'metrics.mtr_product_performance.revenue_share': 'SUM of a NUMERIC in a window is 0 there',
  'metrics.mtr_product_performance.cumulative_revenue_share': 'SUM of a NUMERIC in a window is 0 there',
};

/** Models that the emulator cannot build, by name, each with the reason; one that is listed and is built is a failure, too. */
export const NOT_BUILT: Readonly<Record<string, string>> = {
  'marts.fct_call_reports': 'TO_JSON_STRING of a row leaves the quotes around a TIMESTAMP away there, so that nothing can read it',
};
