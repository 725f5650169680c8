import { builtInStreams } from '../streams/index.ts';
import { streamTable } from './stream-table.ts';
import type { Column, TableSpec } from './table.ts';
import type { TableRef, Warehouse } from './warehouse.ts';

export const LOADS: TableRef = { dataset: 'ops', table: 'loads' };
export const LEDGER: TableRef = { dataset: 'ops', table: 'ledger' };
/** A view without it is of an earlier version. */
const NEWEST_COLUMN = 'emptied_at';

export const LOAD_COLUMNS: readonly Column[] = [
  { name: 'source', type: 'STRING', mode: 'REQUIRED', description: 'Source of the clean object' },
  { name: 'stream', type: 'STRING', mode: 'REQUIRED', description: 'Stream of the clean object' },
  { name: 'raw_object', type: 'STRING', mode: 'REQUIRED', description: 'Raw object that the clean object comes from' },
  { name: 'raw_generation', type: 'INT64', mode: 'REQUIRED', description: 'Generation of the raw object' },
  { name: 'run_time', type: 'TIMESTAMP', mode: 'REQUIRED', description: 'Run time of the raw object' },
  { name: 'clean_object', type: 'STRING', mode: 'REQUIRED', description: 'Clean object that was loaded' },
  {
    name: 'outcome',
    type: 'STRING',
    mode: 'REQUIRED',
    description: 'loaded, duplicate, superseded, refused or failed; emptied: its rows were taken away afterwards',
  },
  { name: 'rule', type: 'STRING', mode: 'NULLABLE', description: 'The gate or rule that ended it' },
  { name: 'message', type: 'STRING', mode: 'NULLABLE', description: 'Why it ended, for a person' },
  { name: 'accept', type: 'STRING', mode: 'NULLABLE', description: 'Gates that a person let this object through' },
  { name: 'rows', type: 'INT64', mode: 'REQUIRED', description: 'Rows in the clean object' },
  { name: 'duplicates', type: 'INT64', mode: 'REQUIRED', description: 'Rows whose key came again later in the object' },
  { name: 'loaded', type: 'INT64', mode: 'REQUIRED', description: 'Rows that are in the table' },
  { name: 'superseded', type: 'INT64', mode: 'REQUIRED', description: 'Rows that a newer object had replaced already' },
  { name: 'ms', type: 'INT64', mode: 'REQUIRED', description: 'Duration of the load in milliseconds' },
  { name: 'code_version', type: 'STRING', mode: 'REQUIRED', description: 'Version of the code that ran' },
  { name: 'loaded_at', type: 'TIMESTAMP', mode: 'REQUIRED', description: 'When the load ended' },
];

/** The table of every end of a load. */
export const LOADS_TABLE: TableSpec = {
  ...LOADS,
  description: 'One row for every end of a load: what became of a clean object',
  columns: LOAD_COLUMNS,
  partition: 'loaded_at',
  cluster: ['source', 'stream'],
  labels: { source: 'pipeline', stream: 'loads' },
};

/**
 * The ledger: one row for every generation of a raw object that came to an end, in SQL that GoogleSQL and DuckDB both read.
 * Of several ends of a load the best one counts; what transform stopped keeps transform's outcome. What a rebuild has taken away
 * afterwards keeps its outcome, too, and has a time in `emptied_at`.
 */
export const LEDGER_SQL = `
WITH ends AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY raw_object, raw_generation ORDER BY CASE outcome
    WHEN 'loaded' THEN 1 WHEN 'duplicate' THEN 2 WHEN 'superseded' THEN 3 WHEN 'refused' THEN 4 WHEN 'failed' THEN 5 ELSE 6 END, loaded_at) AS place,
    MAX(CASE WHEN outcome = 'emptied' THEN loaded_at END) OVER (PARTITION BY raw_object, raw_generation) AS emptied_at
  FROM ops.loads
  WHERE source <> 'pipeline'
)
SELECT
  COALESCE(run.source, load.source) AS source,
  COALESCE(run.stream, load.stream) AS stream,
  COALESCE(run._raw_object, load.raw_object) AS raw_object,
  COALESCE(run._raw_generation, load.raw_generation) AS raw_generation,
  COALESCE(run._extracted_at, load.run_time) AS run_time,
  CASE WHEN load.outcome IS NOT NULL THEN load.outcome WHEN run.outcome = 'success' THEN 'transformed' ELSE run.outcome END AS outcome,
  COALESCE(load.rule, run.rule) AS rule,
  COALESCE(load.message, run.message) AS message,
  COALESCE(load.accept, run.accept) AS accept,
  run.records AS records,
  run.filtered AS filtered,
  run.rejects AS rejects,
  COALESCE(run.rows, load.rows) AS \`rows\`,
  load.duplicates AS duplicates,
  load.loaded AS loaded,
  load.superseded AS superseded,
  run.warnings AS warnings,
  run.drift AS drift,
  run.raw_size AS raw_size,
  run.raw_created AS raw_created,
  load.loaded_at AS loaded_at,
  load.emptied_at AS emptied_at,
  load.ms AS load_ms,
  load.clean_object AS clean_object,
  run.records = run.rows + run.rejects + run.filtered
    AND (load.outcome IS NULL OR load.outcome IN ('refused', 'failed')
      OR (run.rows = load.rows AND load.rows = load.duplicates + load.loaded + load.superseded)) AS conserved
FROM ops.runs AS run
FULL OUTER JOIN (SELECT * FROM ends WHERE place = 1) AS load
  ON run._raw_object = load.raw_object AND run._raw_generation = load.raw_generation
`.trim();

/** Creates the tables and the view of dataset `ops`, where they are not there yet; the view also where an earlier version has made it. */
export async function prepareOps(warehouse: Warehouse): Promise<void> {
  if ((await warehouse.columns(LEDGER))?.some(({ name }) => name === NEWEST_COLUMN)) return;
  await warehouse.createTable(LOADS_TABLE);
  for (const stream of builtInStreams) await warehouse.createTable(streamTable(stream));
  await warehouse.createView(LEDGER, LEDGER_SQL);
}
