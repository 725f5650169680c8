import { parseDocument } from '../../shared/json/envelope.ts';
import type { ColumnDeclaration } from '../../shared/stream.ts';

/** What a value becomes that does not fit its column. */
export const invalid = Symbol('invalid');

/** A value in a record, and what it is in the row. */
type Case = readonly [unknown, string | number | boolean | object | null | typeof invalid];

/** A number as a source wrote it: `12.0` is not 12, and 19 digits stay 19. */
export function exactly(text: string): unknown {
  return parseDocument(Buffer.from(text));
}

/** What stands at the borders of a column, from nothing but its declaration; after DESIGN.md §3, not after the code. */
export function bordersOf(column: ColumnDeclaration): readonly Case[] {
  return [[null, null], ['', column.empty === 'keep' && (column.type === 'STRING' || column.type === 'JSON') ? '' : null], ...ofType(column)];
}

function ofType(column: ColumnDeclaration): readonly Case[] {
  switch (column.type) {
    case 'STRING':
      return STRINGS;
    case 'INT64':
      return INTEGERS;
    case 'FLOAT64':
      return FLOATS;
    case 'NUMERIC':
      return numerics((column.precision ?? 18) - 9, column.decimals === 'round');
    case 'BOOL':
      return BOOLS;
    case 'JSON':
      return JSONS;
    case 'DATE':
      return [...dates(column.formats ?? ['YYYY-MM-DD'], toDate), ...NO_TIMES];
    case 'DATETIME':
      return [...dates(column.formats ?? ['YYYY-MM-DDTHH:mm:ss', 'YYYY-MM-DD HH:mm:ss', 'YYYY-MM-DDTHH:mm'], toDateTime), ...NO_TIMES];
    case 'TIMESTAMP':
      return [...dates(column.formats ?? ['YYYY-MM-DDTHH:mm:ssZ', 'YYYY-MM-DD HH:mm:ssZ', 'YYYY-MM-DD HH:mm:ss Z'], toUtc(column.zone)), ...NO_TIMES];
  }
}

const STRINGS: readonly Case[] = [
  ['00123', '00123'],
  [exactly('12.0'), '12.0'],
  [exactly('1e5'), '1e5'],
  [exactly('9223372036854775808'), '9223372036854775808'],
  [7, '7'],
  [true, 'true'],
  [' kept ', ' kept '],
  ['null', 'null'],
  ['é 連 😀 " \\ \n', 'é 連 😀 " \\ \n'],
  [{ a: 1 }, invalid],
  [['a'], invalid],
];

const INTEGERS: readonly Case[] = [
  [exactly('9223372036854775807'), '9223372036854775807'],
  [exactly('-9223372036854775808'), '-9223372036854775808'],
  ['9223372036854775807', '9223372036854775807'],
  [exactly('9007199254740993'), '9007199254740993'],
  [exactly('9223372036854775808'), invalid],
  [exactly('-9223372036854775809'), invalid],
  ['9'.repeat(400), invalid],
  [exactly('12.0'), 12],
  ['+12', 12],
  [' 12 ', 12],
  ['00012', 12],
  [exactly('12.5'), invalid],
  ['twelve', invalid],
  ['0x10', invalid],
  [true, invalid],
  [[1], invalid],
];

const FLOATS: readonly Case[] = [
  [exactly('1.7976931348623157e308'), Number.MAX_VALUE],
  [exactly('1e309'), invalid],
  ['-12.5', -12.5],
  [' 1e-5 ', 0.00001],
  ['12,5', invalid],
  ['NaN', invalid],
  ['Infinity', invalid],
  ['n/a', invalid],
  [false, invalid],
  [{}, invalid],
];

function numerics(digits: number, rounds: boolean): readonly Case[] {
  const nines = '9'.repeat(digits);
  return [
    [exactly(`${nines}.999999999`), `${nines}.999999999`],
    [exactly(`-${nines}.999999999`), `-${nines}.999999999`],
    [`${nines}.999999999`, `${nines}.999999999`],
    [exactly(`1${'0'.repeat(digits)}`), invalid],
    [exactly('0.0000000001'), rounds ? '0' : invalid],
    [exactly(`${nines}.9999999999`), invalid],
    [exactly('0.1000000000000'), '0.1'],
    [exactly('12.50'), '12.5'],
    [0.1, '0.1'],
    [exactly('1e5'), '100000'],
    ['1,234.5', invalid],
    ['12 €', invalid],
    ['.', invalid],
    [true, invalid],
    [[], invalid],
  ];
}

const BOOLS: readonly Case[] = [
  [true, true],
  [false, false],
  ['TRUE', true],
  ['False', false],
  [1, true],
  ['0', false],
  [2, invalid],
  ['yes', invalid],
  [{}, invalid],
];

const JSONS: readonly Case[] = [
  [{ a: [1, null] }, { a: [1, null] }],
  [[], []],
  [12.5, 12.5],
  [false, false],
];

/** What no format of a date or time reads. */
const NO_TIMES: readonly Case[] = [
  ['tomorrow', invalid],
  [true, invalid],
  [{}, invalid],
];

/** Moments that are written in every format of a column: real ones, ambiguous ones, and some that no calendar has. */
const MOMENTS = [
  { year: '2024', month: '02', day: '29', hour: '23', minute: '59', second: '59' },
  { year: '2024', month: '03', day: '04', hour: '00', minute: '00', second: '00' },
  { year: '2023', month: '02', day: '29', hour: '00', minute: '00', second: '00' },
  { year: '2024', month: '13', day: '13', hour: '00', minute: '00', second: '00' },
  { year: '0000', month: '00', day: '00', hour: '00', minute: '00', second: '00' },
  { year: '2024', month: '02', day: '01', hour: '24', minute: '00', second: '00' },
  { year: '2024', month: '02', day: '01', hour: '23', minute: '59', second: '60' },
  { year: '9999', month: '12', day: '31', hour: '23', minute: '30', second: '00' },
];
const ZONES = ['Z', '+00:00', '-05:30', '+0200'];
const FRACTIONS = ['', '.5', '.123456789'];

interface Moment {
  readonly time: Date;
  readonly fraction: string;
  readonly zone: string | undefined;
}
type Write = (moment: Moment) => string | typeof invalid;

/** Every moment in every format; what it becomes is what the first declared format that reads it says. */
function dates(formats: readonly string[], write: Write): readonly Case[] {
  const texts = formats.flatMap((format) =>
    MOMENTS.flatMap((moment) =>
      (format.includes('Z') ? ZONES : ['']).flatMap((zone) =>
        (format.includes('ss') ? FRACTIONS : ['']).map((fraction) =>
          format.replaceAll(/YYYY|MM?|DD?|HH|mm|ss|Z/g, (token) => written(token, moment, zone, fraction)),
        ),
      ),
    ),
  );
  return [...new Set(texts)].map((text) => {
    const moment = formats.map((format) => readAs(format, text)).find((found) => found !== undefined);
    return [text, moment === undefined ? invalid : write(moment)] as const;
  });
}

function written(token: string, moment: (typeof MOMENTS)[number], zone: string, fraction: string): string {
  const parts: Readonly<Record<string, string>> = {
    YYYY: moment.year,
    MM: moment.month,
    M: String(Number(moment.month)),
    DD: moment.day,
    D: String(Number(moment.day)),
    HH: moment.hour,
    mm: moment.minute,
    ss: `${moment.second}${fraction}`,
    Z: zone,
  };
  return parts[token] ?? token;
}

const PATTERNS: Readonly<Record<string, string>> = {
  YYYY: '(?<Y>[0-9]{4})',
  MM: '(?<M>[0-9]{2})',
  M: '(?<M>[0-9]{1,2})',
  DD: '(?<D>[0-9]{2})',
  D: '(?<D>[0-9]{1,2})',
  HH: '(?<H>[0-9]{2})',
  mm: '(?<m>[0-9]{2})',
  ss: '(?<s>[0-9]{2})(?:\\.(?<f>[0-9]+))?',
  Z: '(?<z>Z|[+-][0-9]{2}:?[0-9]{2})',
};

/** A text as one format reads it, by the calendar of the language; undefined where there is no such moment. */
function readAs(format: string, text: string): Moment | undefined {
  const pattern = format.replaceAll(/YYYY|MM?|DD?|HH|mm|ss|Z|\W/g, (token) => PATTERNS[token] ?? `\\${token}`);
  const groups = new RegExp(`^${pattern}$`).exec(text)?.groups;
  if (groups === undefined) return undefined;
  const two = (name: string) => (groups[name] ?? '0').padStart(2, '0');
  const day = `${groups['Y']}-${two('M')}-${two('D')}`;
  const clock = `${two('H')}:${two('m')}:${two('s')}`;
  const time = new Date(`${day}T${clock}Z`);
  // Year 0 is in ISO 8601, but in no warehouse.
  if (Number.isNaN(time.getTime()) || time.toISOString().slice(0, 19) !== `${day}T${clock}` || groups['Y'] === '0000') return undefined;
  return { time, fraction: (groups['f'] ?? '').slice(0, 6).replace(/0+$/, ''), zone: groups['z'] };
}

const toDate: Write = ({ time }) => time.toISOString().slice(0, 10);
const toDateTime: Write = ({ time, fraction, zone }) => (zone === undefined ? `${time.toISOString().slice(0, 19)}${fraction && `.${fraction}`}` : invalid);

function toUtc(declared: 'UTC' | undefined): Write {
  return ({ time, fraction, zone = declared === undefined ? undefined : 'Z' }) => {
    if (zone === undefined) return invalid;
    const [, sign = '+', hours = 0, minutes = 0] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
    const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
    const utc = new Date(time.getTime() - offset * 60_000).toISOString();
    return utc.startsWith('+') ? invalid : `${utc.slice(0, 19)}${fraction && `.${fraction}`}Z`;
  };
}
