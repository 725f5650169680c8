/** How a measure is written, and what it is counted in. */
export type Format = 'count' | 'money' | 'price' | 'percent' | 'fine percent' | 'ratio' | 'hours' | 'years' | 'rating' | 'text' | 'moment';

/** One figure of the model. */
export interface Measure {
  readonly name: string;
  readonly table: string;
  /** Where it is in the list of fields. */
  readonly folder: string;
  readonly format: Format;
  readonly definition: string;
  /** What a reader gets wrong without being told. */
  readonly caveat?: string;
  /** Names of the replaced reports' measures that it stands for. */
  readonly replaces?: readonly string[];
  readonly dax: string;
}

type Told = Pick<Measure, 'caveat' | 'replaces'>;
type Declare = (name: string, format: Format, definition: string, dax: string, told?: Told) => Measure;

/** Declares measures of a table and folder. */
export function measuresOf(table: string, folder: string): Declare {
  return (name, format, definition, dax, told = {}) => ({ name, table, folder, format, definition, dax, ...told });
}

const UNITS: Readonly<Record<Format, string>> = {
  count: 'a count',
  money: 'the reporting currency',
  price: 'the reporting currency',
  percent: 'percent',
  'fine percent': 'percent',
  ratio: 'a ratio',
  hours: 'hours',
  years: 'years',
  rating: 'ratings from 1 to 5',
  text: 'a text',
  moment: 'a moment, UTC',
};

/** What a measure tells of itself: definition, unit, caveat and what it replaces, on one line. */
export function descriptionOf({ definition, format, caveat, replaces = [] }: Measure): string {
  return [
    `${definition}.`,
    `Unit: ${UNITS[format]}.`,
    ...(caveat === undefined ? [] : [`Mind: ${caveat}.`]),
    ...(replaces.length === 0 ? [] : [`In the replaced reports: ${replaces.join(', ')}.`]),
  ].join(' ');
}

/** The format string of Power BI; amounts name their currency, so that no sign is guessed. Undefined for a text. */
export function formatString(format: Format, currency: string): string | undefined {
  const strings: Readonly<Record<Format, string | undefined>> = {
    count: '#,0',
    money: `#,0.00 "${currency}"`,
    price: `#,0.0000 "${currency}"`,
    percent: '0.0%',
    'fine percent': '0.00%',
    ratio: '#,0.00',
    hours: '#,0.00 "h"',
    years: '0.0',
    rating: '0.00',
    text: undefined,
    moment: 'yyyy-mm-dd hh:nn',
  };
  return strings[format];
}
