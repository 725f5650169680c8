import { refuse } from './unsupported.ts';

const DAY = String.raw`(?!0+-)\d{1,4}-\d{1,2}-\d{1,2}`;
const TIME = String.raw`(?:[ Tt](?:[01]?\d|2[0-3]):\d{1,2}:\d{1,2}(?:\.\d{0,6})?)?`;
const ZONE = String.raw`(?: ?(?:[+-]\d{1,2}(?::\d{2})?|[Zz]|UTC)| [A-Za-z_]+(?:/[A-Za-z_]+)+)?`;
/** What the literals with a type are; DuckDB reads more than BigQuery. */
const LITERALS: Readonly<Record<string, RegExp>> = {
  DATE: new RegExp(`^${DAY}$`),
  DATETIME: new RegExp(`^${DAY}${TIME}$`),
  TIMESTAMP: new RegExp(`^${DAY}${TIME}${ZONE}$`),
  NUMERIC: /^\s*[+-]?(?:\d+\.?\d{0,9}|\.\d{1,9})(?:[eE][+-]?\d+)?\s*$/,
  JSON: /^/,
};

/** Refuses a text that is no value of the type in BigQuery, and a type that has no literals. */
export function checkLiteral(type: string, text: string): void {
  const form = LITERALS[type] ?? refuse(`${type} before a text`);
  if (!form.test(text)) refuse(`the text of ${type} '${text}'`);
}
