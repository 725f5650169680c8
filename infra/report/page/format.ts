import type { Grain } from './figures/days.ts';

/** What a figure is counted in. */
export type Unit = 'money' | 'count' | 'percent' | 'rate' | 'hours' | 'seconds' | 'years' | 'ratio' | 'rating';

/** How numbers are written: `short` on cards and axes, `exact` where a reader may copy them. */
export interface Format {
  readonly currency: string;
  readonly short: (value: number | null, unit: Unit) => string;
  readonly exact: (value: number | null, unit: Unit) => string;
  /** The unit beside the name of a figure: GBP, %, hours. */
  readonly unit: (unit: Unit) => string;
}

/** What stands where there is no value. */
export const NO_VALUE = '–';

const LOCALE = 'en-GB';
/** K, M and B; the British are k, m and bn. */
const COMPACT_LOCALE = 'en-US';
const COMPACT_MONEY_FROM = 10_000;
const COMPACT_COUNT_FROM = 1_000_000;
const SMALL_SHARE = 0.01;
const UNIT_TEXTS: Readonly<Record<Exclude<Unit, 'money'>, string>> = {
  count: '',
  percent: '%',
  rate: '%',
  hours: 'hours',
  seconds: 'seconds',
  years: 'years',
  ratio: 'ratio',
  rating: '1 to 5',
};

/** The format of amounts in a currency (ISO 4217) and of everything else. */
export function formatOf(currency: string): Format {
  const known = /^[A-Z]{3}$/.test(currency) ? currency : 'XXX';
  const money = (options: Intl.NumberFormatOptions, locale = LOCALE) =>
    numbers({ style: 'currency', currency: known, currencyDisplay: 'narrowSymbol', ...options }, locale);
  const shortMoney = money({ notation: 'compact', minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: 'always' }, COMPACT_LOCALE);
  const plainMoney = money({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const smallMoney = money({ minimumFractionDigits: 2, maximumFractionDigits: 4 });
  const exactMoney = (value: number) => (Math.abs(value) < 1 ? smallMoney(value) : plainMoney(value));
  const shortOf: Readonly<Record<Unit, (value: number) => string>> = {
    ...UNITS,
    money: (value) => (Math.abs(value) >= COMPACT_MONEY_FROM ? shortMoney(value) : exactMoney(value)),
    count: (value) => (Math.abs(value) >= COMPACT_COUNT_FROM ? compactCount(value) : count(value)),
  };
  const exactOf: Readonly<Record<Unit, (value: number) => string>> = { ...UNITS, money: exactMoney, percent: finePercent };
  return {
    currency,
    short: (value, unit) => written(value, shortOf[unit]),
    exact: (value, unit) => written(value, exactOf[unit]),
    unit: (unit) => (unit === 'money' ? currency : UNIT_TEXTS[unit]),
  };
}

const count = numbers({ maximumFractionDigits: 0 });
const compactCount = numbers({ notation: 'compact', minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: 'always' }, COMPACT_LOCALE);
const two = numbers({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
const one = numbers({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
const roundPercent = numbers({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
const finePercent = numbers({ style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2 });

const UNITS: Readonly<Record<Unit, (value: number) => string>> = {
  money: two,
  count,
  percent: (value) => (Math.abs(value) < SMALL_SHARE && value !== 0 ? finePercent(value) : roundPercent(value)),
  rate: (value) => finePercent(value),
  hours: (value) => `${two(value)} h`,
  seconds: (value) => `${one(value)} s`,
  years: (value) => one(value),
  ratio: two,
  rating: two,
};

function numbers(options: Intl.NumberFormatOptions, locale = LOCALE): (value: number) => string {
  const format = new Intl.NumberFormat(locale, options);
  return (value) => format.format(value === 0 ? 0 : value);
}

function written(value: number | null, write: (value: number) => string): string {
  return value === null || !Number.isFinite(value) ? NO_VALUE : write(value);
}

const dayText = dates({ day: 'numeric', month: 'short', year: 'numeric' });
const monthText = dates({ month: 'short', year: 'numeric' });
const momentText = dates({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });

/** A day, week, month or year in words; the year always with it. */
export function spanText(start: string, grain: Grain): string {
  if (grain === 'year') return start.slice(0, 4);
  if (grain === 'month') return monthText(start);
  return grain === 'week' ? `week of ${dayText(start)}` : dayText(start);
}

/** A moment in words, UTC. */
export function momentOf(moment: string | null): string {
  return moment === null ? 'unknown' : `${momentText(moment)} UTC`;
}

function dates(options: Intl.DateTimeFormatOptions): (date: string) => string {
  const format = new Intl.DateTimeFormat(LOCALE, { timeZone: 'UTC', ...options });
  return (date) => (Number.isNaN(Date.parse(date)) ? date : format.format(Date.parse(date)));
}
