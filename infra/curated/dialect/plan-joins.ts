import { isNode, listOf, type Node, typeOf } from './plan-columns.ts';
import { refuse } from './unsupported.ts';

/** What stands for a field in an expression. */
const FIELD = /"BOUND_(?:COLUMN_)?REF"/;
const OUTER = /^(?:LEFT|RIGHT|FULL)$/;

/** Refuses an outer join without an equality of both sides, and windows that BigQuery does not take. */
export function checkJoinsAndWindows(node: Node): void {
  if (/^LOGICAL_(?:COMPARISON|ANY)_JOIN$/.test(String(node['type'])) && OUTER.test(String(node['join_type'])) && !conditionsOf(node).some(isEquality))
    refuse('an outer join without an equality of fields of both sides');
  if (node['expression_class'] === 'BOUND_WINDOW') checkWindow(node);
}

function checkWindow(node: Node): void {
  if (typesOf(listOf(node['partitions'])).includes('DOUBLE')) refuse('PARTITION BY a FLOAT64');
  if (node['distinct'] === true && listOf(node['orders']).length > 0) refuse('DISTINCT with ORDER BY in OVER');
  if (typesOf([node['start_expr'], node['end_expr']]).some((type) => /^(?:DATE|TIMESTAMP)/.test(type)))
    refuse('RANGE of days or times: write ORDER BY UNIX_DATE(…) or UNIX_SECONDS(…)');
}

function typesOf(nodes: readonly unknown[]): readonly string[] {
  return nodes.filter(isNode).map(typeOf);
}

function conditionsOf({ conditions, condition }: Node): readonly Node[] {
  return [...listOf(conditions), condition].filter(isNode).flatMap(partsOf);
}

/** What AND joins. */
function partsOf(condition: Node): readonly Node[] {
  return condition['type'] === 'CONJUNCTION_AND' ? listOf(condition['children']).filter(isNode).flatMap(partsOf) : [condition];
}

function isEquality({ type, comparison, left, right }: Node): boolean {
  const isEqual = /^COMPARE_(?:EQUAL|NOT_DISTINCT_FROM)$/.test(String(comparison ?? type));
  return isEqual && [left, right].every((side) => FIELD.test(JSON.stringify(side) ?? ''));
}
