import { castFor, scalarText } from '../../functions/transform/cast.ts';
import { INVALID } from '../../functions/transform/invalid.ts';
import type { ColumnDeclaration } from '../../shared/stream.ts';
import { formatsOf } from './date-formats.ts';
import { isWrittenAsDigits } from './personal.ts';
import type { Sample } from './sample.ts';

/** What a column is, from all values that a sample has for it. */
export interface Inferred {
  readonly column: Pick<ColumnDeclaration, 'type' | 'formats' | 'zone' | 'precision'>;
  /** Why, where the values alone would not tell. */
  readonly reason?: string;
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const LEADING_ZEROS = /^[+-]?0\d/;
/** A double keeps 15 digits, and so does whatever people open a file with: longer numbers are names. */
const MAX_DIGITS = 15;
/** NUMERIC has 9 digits before the point; a column gets the wide one where a sample comes within two of that. */
const NARROW_DIGITS = 7;
const WORD_BOOL = /^(?:true|false)$/i;
const FLAG_NAME = /^(?:is|has|can|was)_|_(?:flag|opt_in|opt_out|enabled|active)$/i;
const MONEY_NAME = /(?:^|_)(?:amount|price|cost|total|subtotal|revenue|value|fee|tax|discount|balance|salary|income|spend|budget|rate)(?:_|$)/i;
const COORDINATE_NAME = /(?:^|_)(?:lat|latitude|lon|lng|longitude)$/i;
export const ID_NAME = /(?:^|_)(?:id|uuid|guid|key|no|nr|number|code|sku|ref|reference)$/i;

/** Infers a column; every value of the sample fits it, by the casts of the transform. Nulls and empty texts say nothing. */
export function columnOf(name: string, values: readonly unknown[], format: Sample['format']): Inferred {
  const present = presentIn(values);
  if (present.length === 0) return { column: { type: 'STRING' }, reason: 'no record has a value' };
  if (present.some((value) => typeof value === 'object' && scalarText(value) === undefined)) return { column: { type: 'JSON' } };
  const texts = present.map((value) => (scalarText(value) ?? '').trim());
  if (texts.every((text) => WORD_BOOL.test(text))) return { column: { type: 'BOOL' } };
  if (FLAG_NAME.test(name) && texts.every((text) => text === '0' || text === '1'))
    return { column: { type: 'BOOL' }, reason: '0 and 1, and the name is that of a flag' };
  const inferred = texts.every((text) => NUMBER.test(text)) ? numberOf(name, present, texts, format) : formatsOf(texts);
  return inferred !== undefined && fits(inferred.column, present) ? inferred : { column: { type: 'STRING' } };
}

/** Values that say something. */
export function presentIn(values: readonly unknown[]): readonly unknown[] {
  return values.filter((value) => value !== null && value !== undefined && value !== '');
}

/** Whether the transform casts every value. */
export function fits(column: ColumnDeclaration, values: readonly unknown[]): boolean {
  const cast = castFor(column);
  return values.every((value) => cast(value) !== INVALID);
}

function numberOf(name: string, values: readonly unknown[], texts: readonly string[], format: Sample['format']): Inferred {
  const string = (reason: string): Inferred => ({ column: { type: 'STRING' }, reason });
  if (texts.some((text) => LEADING_ZEROS.test(text))) return string('digits with leading zeros');
  if (isWrittenAsDigits(name)) return string('digits that are no number');
  if (COORDINATE_NAME.test(name)) return { column: { type: 'FLOAT64' } };
  const isWhole = fits({ type: 'INT64' }, values);
  if (isWhole && texts.some((text) => digitsOf(text) > MAX_DIGITS)) return string(`numbers of more than ${MAX_DIGITS} digits are names`);
  if (isWhole && format !== 'csv' && ID_NAME.test(name) && values.every((value) => typeof value === 'string')) return string('the source writes it as text');
  if (isWhole && !MONEY_NAME.test(name)) return { column: { type: 'INT64' } };
  const isNarrow = texts.every((text) => digitsOf(text) <= NARROW_DIGITS);
  if (isNarrow && fits({ type: 'NUMERIC' }, values)) return { column: { type: 'NUMERIC' } };
  if (fits({ type: 'NUMERIC', precision: 38 }, values))
    return { column: { type: 'NUMERIC', precision: 38 }, reason: `numbers of more than ${NARROW_DIGITS} digits` };
  return fits({ type: 'FLOAT64' }, values) ? { column: { type: 'FLOAT64' }, reason: 'more than 9 decimals' } : string('numbers that no type holds');
}

/** Digits before the point. */
function digitsOf(text: string): number {
  const [, whole = ''] = /^[+-]?0*(\d*)/.exec(text) ?? [];
  const exponent = Number(/[eE]([+-]?\d+)$/.exec(text)?.[1] ?? 0);
  return Math.max(whole.length, whole.length + exponent);
}
