import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import { MODEL_RUNS } from '../curated/model-runs.ts';
import type { ReportData } from './report-data.ts';

const TABLE = `${MODEL_RUNS.dataset}.${MODEL_RUNS.table}`;

/** What became of each test of the models when it last ran; nothing where nobody writes that down, as where Dataform runs them. */
export async function readTests(warehouse: Warehouse): Promise<ReportData['tests']> {
  if ((await warehouse.columns(MODEL_RUNS)) === undefined) return [];
  const { rows } = await warehouse.query(`SELECT run.model, run.critical, run.outcome, COALESCE(run.failing_rows, 0) AS failing_rows
FROM ${TABLE} AS run
JOIN (SELECT model, MAX(started_at) AS started_at FROM ${TABLE} GROUP BY model) AS newest
  ON newest.model = run.model AND newest.started_at = run.started_at
WHERE run.kind IN ('assertion', 'unit test')
ORDER BY run.model`);
  return rows.map(([model, critical, outcome, failing]) => ({
    name: String(model).replace(/^model_tests\./, ''),
    isCritical: critical === true,
    status: String(outcome),
    failingRows: Number(failing),
  }));
}
