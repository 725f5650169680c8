import { isNode, listOf, type Node, typeOf } from './plan-columns.ts';
import { refuse } from './unsupported.ts';

/** A call in a plan, of a function or an operator. */
export interface Call {
  readonly name: string;
  /** The type of what it gives. */
  readonly result: string;
  readonly children: readonly Node[];
  readonly types: readonly string[];
  /** Those of the children before DuckDB casts them by itself. */
  readonly typesBefore: readonly string[];
  /** Whether the text says so, or a macro. */
  readonly isAskedFor: boolean;
  /** Whether DuckDB's parser wrote it: such a call has no place in any text. */
  readonly isOfParser: boolean;
}

export const WHOLE: readonly string[] = [
  ...['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT', 'INTEGER_LITERAL'],
];
/** Functions of which BigQuery has one for NUMERIC, where DuckDB reckons with FLOAT64 only. */
const REAL = /^(?:sqrt|pow|exp|ln|log10)$/;
/** Types that DuckDB writes in JSON in its own way. */
const NO_JSON = /"id":"(?:DECIMAL|DOUBLE|BLOB)"/;

/** Refuses a call that means something else in BigQuery where its arguments are of these types. */
export function checkFunction(call: Call): void {
  if (call.name === 'list_contains') checkDemand(call.children);
  checkOperator(call);
  checkNumbers(call);
}

/** Refuses `+` and `-` of times that BigQuery does not know or that give an INTERVAL, and `/` of a NUMERIC. */
function checkOperator({ name, result, children, types, typesBefore, isAskedFor }: Call): void {
  if (isAskedFor) return;
  if (name === '/' && typesBefore.includes('DECIMAL')) refuse('NUMERIC / number, which DuckDB makes a FLOAT64: use SAFE_DIVIDE');
  if (name === '-' && types.join() === 'DATE,DATE') refuse('DATE - DATE: use DATE_DIFF');
  if (name === '-' && types.length === 2 && types.every((type) => type.startsWith('TIMESTAMP'))) refuse('a time - a time: use TIMESTAMP_DIFF or DATETIME_DIFF');
  if ((name === '+' || name === '-') && result === 'TIMESTAMP WITH TIME ZONE' && children.some(isOfMonths)) refuse('a TIMESTAMP and an INTERVAL of months');
}

function checkNumbers({ name, result, children, types, typesBefore, isOfParser }: Call): void {
  const isNumeric = typesBefore.includes('DECIMAL');
  if (name === 'printf' && isNumeric) refuse('FORMAT of a NUMERIC: write CAST(… AS FLOAT64)');
  if (name === 'sum' && types.includes('BOOLEAN')) refuse('SUM of a BOOL: use COUNTIF');
  if ((name === '//' || name === '%') && !WHOLE.includes(result)) refuse(`${name === '%' ? 'MOD' : 'DIV'} of other numbers than INT64`);
  if (REAL.test(name) && isNumeric) refuse(`${name.toUpperCase()} of a NUMERIC: write CAST(… AS FLOAT64)`);
  if (name === 'to_json' && children.some((child) => NO_JSON.test(JSON.stringify(child['return_type'] ?? child['value']))))
    refuse('TO_JSON_STRING of NUMERIC, FLOAT64 or BYTES');
  if (name === 'trunc' && isOfParser && children.map(uncast).some(isFraction)) refuse('INTERVAL of a number other than INT64');
  if (name === 'generate_series' && children.map(uncast).some(isFraction)) refuse('GENERATE_ARRAY of other numbers than INT64');
}

/** Refuses to compare rows and arrays: in BigQuery a NULL within a row makes it NULL, and arrays are not compared. */
export function checkCompared({ type, left, right }: Node): void {
  if (!/^COMPARE_(?:EQUAL|NOTEQUAL|LESSTHAN|GREATERTHAN)/.test(String(type))) return;
  const found = [left, right]
    .filter(isNode)
    .map(typeOf)
    .find((one) => one === 'STRUCT' || one === 'LIST');
  if (found !== undefined) refuse(`a comparison of ${found === 'LIST' ? 'arrays' : 'a STRUCT'}: compare the fields`);
}

/** Refuses `x IS TRUE` of what is no BOOL: DuckDB's parser makes one of it. */
export function checkTruth({ type, left, right }: Node): void {
  if (!/^COMPARE_(?:NOT_)?DISTINCT_FROM$/.test(String(type)) || !isNode(left) || !isNode(right)) return;
  const isTruth = right['expression_class'] === 'BOUND_CONSTANT' && typeOf(right) === 'BOOLEAN' && left['expression_class'] === 'BOUND_CAST';
  if (isTruth && !/^(?:BOOLEAN|NULL|SQLNULL)$/.test(uncast(left))) refuse(`${uncast(left)} IS TRUE: BigQuery takes a BOOL only`);
}

function isOfMonths(node: Node): boolean {
  return /^to_(?:months|quarters|years)$/.test(String(node['name']));
}

function isFraction(type: string): boolean {
  return /^(?:DECIMAL|DOUBLE|FLOAT)$/.test(type);
}

/** What an argument is before the parser, or a macro, casts it. */
function uncast(node: Node): string {
  return typeOf(isNode(node['child']) ? node['child'] : node);
}

/** Reads `list_contains(['!what is needed', types…], typeof(x))` of a macro: DuckDB has made a constant of the type by then. */
function checkDemand([list, type]: readonly Node[]): void {
  const [demand = '', ...taken] = listOf(list?.['children']).map(constantOf);
  const given = constantOf(type).replace(/\(.*/, '');
  // A NULL has no type.
  if (demand.startsWith('!') && given !== '' && !taken.includes(given)) refuse(`${demand.slice(1)}, not ${given}`);
}

function constantOf(node: unknown): string {
  const value = isNode(node) ? node['value'] : undefined;
  return isNode(value) && typeof value['value'] === 'string' ? value['value'] : '';
}
