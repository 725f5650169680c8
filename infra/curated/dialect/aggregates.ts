import { functionNamed } from './functions.ts';
import type { Rendering } from './rendering.ts';
import { keyword, solid, split, type Token } from './tokens.ts';
import { refuse } from './unsupported.ts';

/** Writes a call of an aggregate function that is more than its name; undefined for every other function. */
export function aggregateCall(name: string, args: readonly Token[], rendering: Rendering, over: string): string | undefined {
  const { render } = rendering;
  if (name === 'AVG') return average(args, render, over);
  if (name === 'SUM' && rendering.isPivot !== true) return sum(args, render, over);
  if (name === 'COUNTIF') return countIf(args, render, over);
  if (name === 'CORR') return correlation(args, render, over);
  if (name === 'APPROX_COUNT_DISTINCT') return `count(DISTINCT ${render(args).trim()})${over}`;
  if (name === 'APPROX_QUANTILES') return quantiles(split(args, ','), render);
  if (name === 'ARRAY_AGG') return arrayAgg(args, render, over);
  if (name === 'STRING_AGG') return stringAgg(args, render, over);
  if (name === 'COUNT' && solid(args)[0]?.text === '*' && solid(args).length === 1) return `count(*)${over}`;
  if (name === 'ANY_VALUE' && args.some((token) => keyword(token) === 'HAVING')) return anyValue(args, render);
  const tail = solid(args).slice(-2).map(keyword).join(' ');
  // Two words behind the argument that DuckDB has, too.
  if (tail === 'IGNORE NULLS' || tail === 'RESPECT NULLS') return navigation(name, args, render, over);
  return undefined;
}

/** The mean of a NUMERIC is one, of every other number a FLOAT64. */
function average(args: readonly Token[], render: Rendering['render'], over: string): string {
  const value = render(args).trim();
  if (value === '') refuse('AVG with 0 arguments');
  return `bigquery.safe_divide(sum(${value})${over}, count(${value})${over})`;
}

/** The sum of INT64 is one, of which DuckDB makes a HUGEINT: the cast fails where BigQuery does; what `any_value` stands for is not reckoned. */
function sum(args: readonly Token[], render: Rendering['render'], over: string): string {
  if (solid(args).length === 0 || split(args, ',').length > 1) refuse('SUM other than SUM(<number>)');
  const value = render(args).trim();
  const one = value.replace(/^DISTINCT\s+/i, '');
  const example = over === '' ? `any_value(${one})` : `(${one})`;
  return `cast_to_type(sum(${value})${over}, coalesce(${example}, CAST(0 AS BIGINT)) * CAST(1 AS BIGINT))`;
}

/** NULL of fewer than two pairs: DuckDB's own is no number then. */
function correlation(args: readonly Token[], render: Rendering['render'], over: string): string {
  if (split(args, ',').length !== 2) refuse('CORR other than CORR(<number>, <number>)');
  const pair = render(args).trim();
  return `(CASE WHEN regr_count(${pair})${over} > 1 THEN corr(${pair})${over} END)`;
}

/** 0 where no row holds, as in BigQuery: DuckDB's own gives NULL there. */
function countIf(args: readonly Token[], render: Rendering['render'], over: string): string {
  if (solid(args).length === 0 || split(args, ',').length > 1) refuse('COUNTIF other than COUNTIF(<condition>)');
  return `count(CASE WHEN ${render(args).trim()} THEN 1 END)${over}`;
}

/** Exact where BigQuery approximates: nothing is further from the true quantile than BigQuery allows itself. */
function quantiles([value = [], count = [], ...rest]: readonly (readonly Token[])[], render: Rendering['render']): string {
  const [number] = solid(count);
  const parts = Number(number?.text);
  if (number?.kind !== 'number' || !Number.isInteger(parts) || rest.length > 0) refuse('APPROX_QUANTILES without a number of quantiles');
  const fractions = Array.from({ length: parts + 1 }, (_none, index) => `${index / parts}`);
  return `quantile_disc(${render(value).trim()}, [${fractions.join(', ')}])`;
}

function arrayAgg(args: readonly Token[], render: Rendering['render'], over: string): string {
  const [head = [], limit] = split(args, 'LIMIT');
  const { value, ignore, order } = parts(head);
  const text = render(value).trim();
  const inner = text.replace(/^DISTINCT\s+/i, '');
  const list = `array_agg(${text}${order === undefined ? '' : ` ${render(order).trim()}`})${ignore ? ` FILTER (WHERE (${inner}) IS NOT NULL)` : ''}${over}`;
  return limit === undefined ? list : `(${list})[1:${render(limit).trim()}]`;
}

function stringAgg(args: readonly Token[], render: Rendering['render'], over: string): string {
  if (args.some((token) => keyword(token) === 'LIMIT')) refuse('STRING_AGG with LIMIT');
  return `string_agg(${render(args).trim()})${over}`;
}

function anyValue(args: readonly Token[], render: Rendering['render']): string {
  const [value = [], having = []] = split(args, 'HAVING');
  const [how] = solid(having);
  const by = how === undefined ? [] : having.slice(having.indexOf(how) + 1);
  if (!/^M(?:AX|IN)$/.test(keyword(how))) refuse('ANY_VALUE with HAVING other than MAX or MIN');
  return `arg_${keyword(how).toLowerCase()}_null(${render(value).trim()}, ${render(by).trim()})`;
}

function navigation(name: string, args: readonly Token[], render: Rendering['render'], over: string): string {
  const known = functionNamed(name);
  if (known?.window === undefined || over === '') refuse(`${name} with IGNORE NULLS or RESPECT NULLS`);
  return `${known.duck}(${render(args).trim()})${over}`;
}

/** The value, whether nulls are left out, and what comes from ORDER on. */
function parts(tokens: readonly Token[]): { value: readonly Token[]; ignore: boolean; order: readonly Token[] | undefined } {
  const nulls = tokens.findIndex((token) => keyword(token) === 'IGNORE' || keyword(token) === 'RESPECT');
  const order = tokens.findIndex((token) => keyword(token) === 'ORDER');
  const end = [nulls, order].filter((place) => place >= 0);
  return {
    value: tokens.slice(0, end.length === 0 ? tokens.length : Math.min(...end)),
    ignore: keyword(tokens[nulls]) === 'IGNORE',
    order: order < 0 ? undefined : tokens.slice(order),
  };
}
