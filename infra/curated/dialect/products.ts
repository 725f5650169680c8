import { isNode, type Node, typeOf } from './plan-columns.ts';
import { refuse } from './unsupported.ts';

/** Decimals of a NUMERIC. */
const SCALE = 9;

/**
 * Refuses a product of more decimals than a NUMERIC has: BigQuery rounds it to nine, half away from zero, where it stands; DuckDB
 * goes on with all of them. Of the nodes of a plan, each is to be shown after what it is in: a product within a cast to NUMERIC
 * is rounded by that.
 */
export function productCheck(): (node: Node) => void {
  const rounded = new Set<unknown>();
  return (node) => {
    if (node['expression_class'] === 'BOUND_CAST' && typeOf(node) === 'DECIMAL' && scaleOf(node) <= SCALE) rounded.add(node['child']);
    if (node['name'] === '*' && typeOf(node) === 'DECIMAL' && scaleOf(node) > SCALE && !rounded.has(node))
      refuse('NUMERIC * NUMERIC, which BigQuery rounds to nine decimals: write CAST(a * b AS NUMERIC)');
  };
}

function scaleOf(node: Node): number {
  const type = node['return_type'];
  const info = isNode(type) ? type['type_info'] : undefined;
  return isNode(info) ? Number(info['scale'] ?? 0) : 0;
}
