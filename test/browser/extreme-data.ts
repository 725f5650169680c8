import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { ReportColumn, ReportData, ReportTable } from '../../infra/report/report-data.ts';
import { REPORT_FILE } from './sample.ts';

const HOSTILE = [
  '</script><img src=x onerror=alert(1)>',
  '"quotes" & \'apostrophes\' <b>',
  'مرحبا بالعالم \u202e',
  `a name without end ${'and on '.repeat(40)}`,
  'W'.repeat(120),
];
const CAMPAIGNS = 200;
const TIMES = 1_000_000;

/** The report's data, as the page has it. */
export async function sampleData(): Promise<ReportData> {
  const packed = /id="report-data">([^<]+)</.exec(await readFile(REPORT_FILE, 'utf8'))?.[1] ?? '';
  return JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString());
}

/** The sample as it might be one day: nothing, one month, amounts without end, 200 campaigns, names that want to do harm. */
export const variants: Readonly<Record<string, (data: ReportData) => ReportData>> = {
  nothing: (data) => ({ ...mapTables(data, () => true, emptied), tests: [] }),
  'no ads': (data) => mapTables(data, (name) => /ad_days|acquisition/.test(name), emptied),
  'one month': (data) => mapTables(data, (name) => /days$|month|retention|shop_revenue|profile/.test(name), firstMonth),
  'large amounts': (data) =>
    mapTables(
      data,
      () => true,
      (table) => mapColumns(table, (name, column) => (isAmount(name, column) ? scaled(column) : column)),
    ),
  '200 campaigns': (data) =>
    mapTables(
      data,
      (name) => /days$/.test(name),
      (table) => mapColumns(table, (name, column) => (name === 'campaign' ? manyWords(column) : column)),
    ),
  'hostile names': (data) =>
    mapTables(
      data,
      () => true,
      (table) => mapColumns(table, hostileWords),
    ),
};

function mapTables(data: ReportData, isMeant: (name: string) => boolean, change: (table: ReportTable) => ReportTable): ReportData {
  return { ...data, tables: Object.fromEntries(Object.entries(data.tables).map(([name, table]) => [name, isMeant(name) ? change(table) : table])) };
}

function mapColumns(table: ReportTable, change: (name: string, column: ReportColumn) => ReportColumn): ReportTable {
  return { ...table, columns: Object.fromEntries(Object.entries(table.columns).map(([name, column]) => [name, change(name, column)])) };
}

function emptied(table: ReportTable): ReportTable {
  return { ...mapColumns(table, (_, column) => ({ ...column, ...('words' in column ? { words: [] } : {}), values: [] })), rows: 0, asOf: null };
}

/** The rows of the first month that the table tells of. */
function firstMonth(table: ReportTable): ReportTable {
  const date = Object.values(table.columns).find((column) => column.type === 'date');
  if (date?.type !== 'date') return table;
  const first = [...date.words].sort()[0]?.slice(0, 7) ?? '';
  const rows = date.values.flatMap((place, row) => (place !== null && date.words[place]?.startsWith(first) ? [row] : []));
  const kept = mapColumns(table, (_, column) => ({ ...column, values: rows.map((row) => column.values[row] ?? null) }) as ReportColumn);
  return { ...mapColumns(kept, (_, column) => (column.type === 'date' ? withoutUnused(column) : column)), rows: rows.length };
}

function withoutUnused(column: Extract<ReportColumn, { words: readonly string[] }>): ReportColumn {
  const words = [...new Set(column.values.flatMap((place) => (place === null ? [] : [column.words[place] ?? ''])))];
  return { ...column, words, values: column.values.map((place) => (place === null ? null : words.indexOf(column.words[place] ?? ''))) };
}

function isAmount(name: string, { type }: ReportColumn): boolean {
  return type === 'number' && /revenue|spend|aov|value|price|cpc|cost|cac|ltv/.test(name) && !/share|rank|mom|yoy/.test(name);
}

function scaled(column: ReportColumn): ReportColumn {
  return column.type === 'number' ? { ...column, values: column.values.map((value) => (value === null ? null : value * TIMES)) } : column;
}

function manyWords(column: ReportColumn): ReportColumn {
  if (!('words' in column)) return column;
  const words = Array.from({ length: CAMPAIGNS }, (_, place) => `Campaign of the year ${place}, spring, second wave`);
  return { ...column, words, values: column.values.map((value, row) => (value === null ? null : (value * 7 + row) % CAMPAIGNS)) };
}

function hostileWords(name: string, column: ReportColumn): ReportColumn {
  const isKept = column.type !== 'text' || /^(period|scope|population|completeness)$|_at$|_time$/.test(name);
  return isKept ? column : { ...column, words: column.words.map((word, place) => (word === 'all' || word === 'none' ? word : (HOSTILE[place] ?? word))) };
}
