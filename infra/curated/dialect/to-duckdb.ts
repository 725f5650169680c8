import { renderSql } from './render.ts';
import type { Names } from './rendering.ts';
import { keyword, solid, type Token, tokenize } from './tokens.ts';
import { refuse } from './unsupported.ts';

/** Writes one query of BigQuery's SQL for DuckDB; throws UnsupportedSql, by name, for what has no exact counterpart. */
export function queryToDuckDb(sql: string, names: Names): string {
  const tokens = tokenize(sql);
  const [first] = solid(tokens);
  if (first?.kind !== 'group' && !/^(?:SELECT|WITH)$/.test(keyword(first))) refuse(`a query that begins with ${first?.text ?? 'nothing'}`);
  return renderSql(tokens, names);
}

/** Writes a condition or a value of BigQuery's SQL for DuckDB. */
export function expressionToDuckDb(sql: string, names: Names): string {
  return renderSql(tokenize(sql), names);
}

/** A variable that a script declares, as a statement of DuckDB. */
export interface Variable {
  readonly name: string;
  readonly statement: string;
}

/** Reads `DECLARE x [type] DEFAULT (…)`, the one statement that may stand before a model's query; several have `;` between. */
export function declarationsToDuckDb(script: string, names: Names): readonly Variable[] {
  const found: Token[][] = [[]];
  for (const token of tokenize(script)) {
    if (keyword(token) === ';') found.push([]);
    else found.at(-1)?.push(token);
  }
  return found.filter((tokens) => solid(tokens).length > 0).map((tokens) => declaration(tokens, names));
}

function declaration(tokens: readonly Token[], names: Names): Variable {
  const [declare, name] = solid(tokens);
  const begin = tokens.findIndex((token) => keyword(token) === 'DEFAULT');
  if (keyword(declare) !== 'DECLARE' || name?.kind !== 'word' || begin < 0) refuse('a statement before the query other than DECLARE x DEFAULT (…)');
  const variable = name.text.toLowerCase();
  return { name: variable, statement: `SET VARIABLE ${variable} = ${renderSql(tokens.slice(begin + 1), names).trim()}` };
}
