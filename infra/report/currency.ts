import { PermanentError } from '../../shared/errors.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import type { Graph } from '../curated/graph.ts';
import { pageTables } from './tables.ts';

/** Says the currency of every amount; in marts a column of this name is that of the source. */
const COLUMN = 'currency';
const METRICS = 'metrics';
const SETTINGS = 'infra/dataform/workflow_settings.yaml';

/**
 * The currency of the amounts that the page shows, ISO 4217: what the rows say, and where there are none, what the models declare. Throws a
 * PermanentError where rows say several, or another one than the models.
 */
export async function readCurrency(warehouse: Warehouse, graph: Graph): Promise<string> {
  const declared = graph.vars['reportingCurrency'] ?? '';
  const views = viewsWithAmounts(graph);
  const all = views.map((view) => `SELECT '${view}' AS view_name, ${COLUMN} FROM ${view} WHERE ${COLUMN} IS NOT NULL`).join(' UNION ALL ');
  const { rows } = await warehouse.query(`SELECT said.${COLUMN}, MIN(said.view_name) AS view_name FROM (${all}) AS said GROUP BY 1 ORDER BY 1`);
  const said = rows.map(([currency, view]) => ({ currency: String(currency), place: `${String(currency)} (${String(view)})` }));
  const [first = { currency: declared, place: declared }, ...others] = said;
  if (others.length > 0) throw contradiction(`${said.map(({ place }) => place).join(' and in ')}, as some tables are older than the others`);
  if (first.currency !== declared) throw contradiction(`${first.place} and ${SETTINGS} says ${declared || 'none'}`);
  return first.currency;
}

function viewsWithAmounts({ models }: Graph): readonly string[] {
  const withAmounts = models.filter(({ target, columns }) => target.dataset === METRICS && columns.some(({ name }) => name === COLUMN));
  const names = new Set(withAmounts.map(({ target }) => target.name));
  return pageTables.filter(({ name }) => names.has(name)).map(({ name }) => `analytics.v_${name}`);
}

function contradiction(what: string): PermanentError {
  return new PermanentError('currency', `amounts are in ${what}`);
}
