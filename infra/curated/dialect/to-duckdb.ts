import { renderSql } from './render.ts';
import { keyword, solid, tokenize } from './tokens.ts';
import { refuse } from './unsupported.ts';

/** Writes one query of BigQuery's SQL for DuckDB; throws UnsupportedSql, by name, for what has no exact counterpart. */
export function queryToDuckDb(sql: string, project: string): string {
  const tokens = tokenize(sql);
  const [first] = solid(tokens);
  if (first?.kind !== 'group' && !/^(?:SELECT|WITH)$/.test(keyword(first))) refuse(`a query that begins with ${first?.text ?? 'nothing'}`);
  return renderSql(tokens, project);
}

/** Writes an expression of BigQuery's SQL for DuckDB. */
export function expressionToDuckDb(sql: string, project: string): string {
  return renderSql(tokenize(sql), project);
}
