import { isNode, listOf, type Node } from './plan-columns.ts';

/** Functions and operators that give their children one type. */
const COMBINING = /^(?:[-+*]|list_value|greatest|least|OPERATOR_COALESCE|COMPARE_(?:NOT_)?IN)$/;

/** The parts of an expression that DuckDB makes of one type: what is added up, compared, or chosen from; none of any other expression. */
export function combinedBy(node: Node): readonly Node[] {
  const chosen = listOf(node['case_checks']).map((check) => (isNode(check) ? check['then_expr'] : undefined));
  const compared = [node['left'], node['right'], node['input'], node['lower'], node['upper']];
  const children = COMBINING.test(String(node['name'] ?? node['type'])) ? listOf(node['children']) : [];
  return [...chosen, node['else_expr'], ...compared, ...children].filter(isNode);
}
