import { joined, type Page, table } from './markdown.ts';

/** What who knows dbt looks for, and what it is called here. */
export function dbtPage(): Page {
  return {
    file: 'for-dbt-users.md',
    title: 'For who knows dbt',
    about: "dbt's words, and what they are called here.",
    text: joined(
      '# For who knows dbt',
      'The curated layer is a [Dataform](https://docs.cloud.google.com/dataform/docs) project, `infra/dataform/`. It has the same parts under other names:',
      table(
        ['in dbt', 'here', 'where'],
        [
          ['`source()` and `sources.yml`', '`declare()`, written from the streams', '`definitions/sources/`'],
          ['`ref()`', '`ref()`', ''],
          ['`materialized: view`, `table`, `incremental`', '`type: "view"`, `"table"`, `"incremental"`', 'the `config` block'],
          ['`is_incremental()`', '`when(incremental(), …)`', 'the query'],
          ['`unique_key`', '`uniqueKey`', 'the `config` block'],
          ['`partition_by`, `cluster_by`', '`bigquery: { partitionBy, clusterBy }`', 'the `config` block'],
          ['`schema.yml`, columns and descriptions', '`columns: { … }`', 'the `config` block'],
          [
            'generic tests: `unique`, `not_null`, `accepted_values`, `relationships`',
            '`expect.uniqueKey`, `nonNull`, `acceptedValues`, `relationship`; also `between`, `freshness`, `nullRatio`, `percentile`, `keyMetric`, `volume`',
            '`includes/expect.js`, called in `definitions/tests/`',
          ],
          ['singular tests', '`expect.holds`, or `type: "assertion"`', '`definitions/tests/`'],
          ['`severity: error` and `warn`', 'tests tagged `critical`, and the others', '`{ critical: true }`'],
          ['`dbt build` skips what depends on a failed test', 'the same, through `dependencies`', 'the `config` block'],
          ['`unit_tests:`', '`type: "test"`', '`definitions/tests/unit_*.sqlx`'],
          ['source freshness', '`expect.freshness`; by schedule, `mtr_pipeline_health`', ''],
          ['snapshots', '`expect.volume` and `expect.keyMetric` keep one of a figure', 'dataset `snapshots`'],
          ['macros', 'functions of JavaScript', '`includes/*.js`'],
          ['`vars:`', '`vars:`', '`workflow_settings.yaml`'],
          ['target schema, for a developer of their own', '`--schema-suffix` of Dataform; on this machine a folder (`--dir`)', ''],
          ['`exposures:`', '`exposures.ts`; a column that is read cannot be dropped', '`infra/curated/docs/`'],
          ['`semantic_models`, `metrics:`', 'tables `metrics.mtr_*`, with the catalogue', '`infra/curated/docs/*-metrics.ts`'],
          ['`manifest.json`', 'the compiled graph', '`infra/curated/compile.ts`'],
          ['`dbt docs generate`', '`npm run docs`', ''],
          ['dbt-duckdb', 'a strict layer runs the same SQL on DuckDB, and refuses what it cannot translate exactly', '`infra/curated/dialect/`'],
        ],
      ),
      table(
        ['command in dbt', 'here'],
        [
          ['`dbt build`', '`npm run models`'],
          ['`dbt build --select fct_orders+`', '`npm run models -- run --select fct_orders+`'],
          ['`dbt run --full-refresh`', '`npm run models -- run --full-refresh`'],
          ['`dbt test --select tag:critical`', '`npm run models -- test --tags critical`'],
          ['`dbt ls`', '`npm run models -- list`'],
          ['`run_results.json`', '`npm run pipeline -- query "SELECT * FROM ops.model_runs"`'],
          ['`dbt docs generate`', '`npm run docs`'],
        ],
      ),
      'What dbt has and this has not: packages, Jinja, hooks and operations, Python models, and `state:modified` (everything is compiled in 0.2 s, and built on this machine in seconds).',
    ),
  };
}
