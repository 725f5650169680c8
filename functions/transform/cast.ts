import { isSourceNumber } from '../../shared/json/lossless.ts';
import type { ColumnDeclaration } from '../../shared/stream.ts';
import { dateReader, dateTimeReader, timestampReader } from './dates.ts';
import { INVALID } from './invalid.ts';

/** Turns a record's value into the column's; undefined is null. Exact: a value that would change is INVALID. */
export type Cast = (value: unknown) => unknown;

const INTEGER = /^[+-]?\d+(?:\.0*)?$/;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
const FLOAT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Of at most nine digits before and behind the point; `String(number)` writes no needless zeros. */
const SHORT_DECIMAL = /^-?\d{1,9}(?:\.\d{1,9})?$/;
/** A text that is its own decimal; most of CSV's are such, and five times as fast this way (measured). */
const WRITTEN_DECIMAL = /^(?!-0$)-?(?:0|[1-9]\d{0,8})(?:\.\d{0,8}[1-9])?$/;
const MAX_CENTS = 99_999_999_999;
/** What stands behind the whole number, by cents: '', '.01' … '.1' … '.99'. */
const FRACTIONS = Array.from({ length: 100 }, (_, cents) => String(cents / 100).slice(1));
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const INT64_DIGITS = 19;
const DECIMALS = 9;
const ZERO = 0x30;
const FIVE = 0x35;

/** What the cast of a column expects, in a reject's words. */
export function expectation(column: ColumnDeclaration): string {
  switch (column.type) {
    case 'INT64':
      return 'a whole number of 64 bits';
    case 'NUMERIC':
      return `a number of at most ${(column.precision ?? 18) - DECIMALS} digits${column.decimals === 'round' ? '' : ` and ${DECIMALS} decimals`}`;
    case 'FLOAT64':
      return 'a number';
    case 'BOOL':
      return 'true or false';
    case 'STRING':
      return 'a text';
    case 'JSON':
      return 'a JSON value';
    case 'TIMESTAMP':
      return `a time${column.zone === undefined ? ' with its zone' : ''}${formats(column)}`;
    default:
      return `a ${column.type.toLowerCase()}${formats(column)}`;
  }
}

/** The cast of a column. An empty text is null unless the column keeps it. */
export function castFor(column: ColumnDeclaration): Cast {
  switch (column.type) {
    case 'STRING':
      return stringCast(column.empty === 'keep');
    case 'JSON':
      return (value) => (value === '' && column.empty !== 'keep' ? undefined : (value ?? undefined));
    case 'BOOL':
      return castBool;
    case 'INT64':
      return integerCast;
    case 'FLOAT64':
      return castFloat;
    case 'NUMERIC':
      return numericCast((column.precision ?? 18) - DECIMALS, column.decimals === 'round');
    case 'DATE':
      return textCast(dateReader(column.formats));
    case 'DATETIME':
      return textCast(dateTimeReader(column.formats));
    case 'TIMESTAMP':
      return textCast(timestampReader(column.formats, column.zone));
  }
}

/** The text of a scalar as the source wrote it; undefined for null, objects and arrays. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isSourceNumber(value) ? value.rawJSON : undefined;
}

function stringCast(keepEmpty: boolean): Cast {
  return (value) => {
    if (typeof value === 'string') return value === '' && !keepEmpty ? undefined : value;
    if (value === null || value === undefined) return undefined;
    return scalarText(value) ?? INVALID;
  };
}

function textCast(cast: (text: string) => unknown): Cast {
  return (value) => {
    if (value === null || value === undefined || value === '') return undefined;
    if (typeof value === 'boolean') return INVALID;
    const text = scalarText(value)?.trim();
    if (text === undefined) return INVALID;
    return text === '' ? undefined : cast(text);
  };
}

function castBool(value: unknown): unknown {
  if (value === null || value === undefined || value === '') return undefined;
  if (typeof value === 'boolean') return value;
  const text = scalarText(value)?.trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : INVALID;
}

function castFloat(value: unknown): unknown {
  if (typeof value === 'number') return value;
  if (value === null || value === undefined || value === '' || typeof value === 'boolean') return typeof value === 'boolean' ? INVALID : undefined;
  const text = scalarText(value)?.trim();
  if (text === '') return undefined;
  const number = text !== undefined && FLOAT.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : INVALID;
}

const castIntegerText = textCast(castInteger);

function integerCast(value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : castIntegerText(value);
}

/** `12.0` and `+12` are 12; beyond 2^53 the digits travel as text, which both engines read as INT64. */
function castInteger(text: string): unknown {
  if (!INTEGER.test(text)) return castExponent(text);
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  const [, sign = '', digits = ''] = /^([+-]?)0*(\d+)/.exec(text) ?? [];
  // BigInt takes seconds for millions of digits.
  return digits.length > INT64_DIGITS ? INVALID : integerText(BigInt(`${sign === '-' ? '-' : ''}${digits}`));
}

function castExponent(text: string): unknown {
  const exact = decimalCast(INT64_DIGITS)(text);
  if (typeof exact !== 'string' || exact.includes('.')) return INVALID;
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : integerText(BigInt(exact));
}

function integerText(value: bigint): string | typeof INVALID {
  return value >= MIN_INT64 && value <= MAX_INT64 ? String(value) : INVALID;
}

/** A number whose text is short and plain is its own decimal. */
function numericCast(integerDigits: number, rounds: boolean): Cast {
  const cast = textCast(decimalCast(integerDigits, rounds));
  return (value) => {
    if (typeof value === 'string' && WRITTEN_DECIMAL.test(value)) return value;
    if (typeof value !== 'number') return cast(value);
    const amount = amountText(value);
    if (amount !== undefined) return amount;
    const text = String(value);
    return SHORT_DECIMAL.test(text) ? text : cast(text);
  };
}

/**
 * What `String` writes for an amount of money: not negative, below 10^9, of at most two decimals; undefined for other numbers.
 * Numbers of up to 15 digits are never the same double, so there is no other text. Costs a quarter of `String` (measured).
 */
function amountText(value: number): string | undefined {
  const cents = Math.round(value * 100);
  if (cents / 100 !== value || !(cents >= 0 && cents <= MAX_CENTS)) return undefined;
  const whole = Math.floor(value);
  return `${whole}${FRACTIONS[cents - whole * 100]}`;
}

/** A decimal as plain text without needless zeros; INVALID where a digit would be lost, behind the ninth decimal only where it does not round. */
function decimalCast(integerDigits: number, rounds = false): (text: string) => string | typeof INVALID {
  return (text) => {
    const match = DECIMAL.exec(text);
    if (match === null) return INVALID;
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
    if (whole === '' && fraction === '') return INVALID;
    const [integer, decimals] = rounds ? rounded(shiftPoint(whole, fraction, Number(exponent)), integerDigits) : shiftPoint(whole, fraction, Number(exponent));
    if (integer.length > integerDigits || decimals.length > DECIMALS) return INVALID;
    const digits = decimals === '' ? integer || '0' : `${integer || '0'}.${decimals}`;
    return sign === '-' && digits !== '0' ? `-${digits}` : digits;
  };
}

/** Moves the decimal point by the exponent; strips zeros that say nothing. */
function shiftPoint(whole: string, fraction: string, exponent: number): [string, string] {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const integer = point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0');
  const decimals = point >= digits.length ? '' : digits.slice(Math.max(0, point)).padStart(digits.length - point, '0');
  return [integer.replace(/^0+/, ''), withoutLastZeros(decimals)];
}

/** The nearest number of nine decimals, the one farther from zero of two that are as near, as BigQuery casts a FLOAT64; what is too large stays. */
function rounded([integer, decimals]: [string, string], integerDigits: number): [string, string] {
  if (decimals.length <= DECIMALS || integer.length > integerDigits) return [integer, decimals];
  const units = BigInt(integer + decimals.slice(0, DECIMALS)) + (decimals.charCodeAt(DECIMALS) >= FIVE ? 1n : 0n);
  return shiftPoint(String(units), '', -DECIMALS);
}

/** By hand, because `/0+$/` tries again at every zero: 7 s for 100,000 of them (measured). */
function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  return digits.slice(0, end);
}

function formats(column: ColumnDeclaration): string {
  return column.formats === undefined ? '' : ` as ${column.formats.join(' or ')}`;
}
