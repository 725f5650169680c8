import { endOf, type Grain } from './days.ts';
import { type DimensionId, dimension } from './dimensions.ts';
import { type Filters, filteredDimensions, hasDates } from './filters.ts';
import type { Table } from './report.ts';

/** Why there is no value for these filters. */
export const NOT_AVAILABLE = 'Not available for this combination of filters';

/** How figures by scope are laid out: what stands for which dates. */
interface Layout {
  /** `period`: rows of all and of months; `scope`: months are a scope of their own; `week`: rows of weeks only. */
  readonly dates: 'period' | 'scope' | 'week' | 'none';
  /** Whether each row is about one of two populations. */
  readonly hasPopulations?: boolean;
}

const LAYOUTS: Readonly<Record<string, Layout>> = {
  mtr_executive_overview: { dates: 'period' },
  mtr_acquisition: { dates: 'period' },
  mtr_customer_revenue: { dates: 'period' },
  mtr_product_performance: { dates: 'period' },
  mtr_customer_segment_summary: { dates: 'none' },
  mtr_support_performance: { dates: 'scope', hasPopulations: true },
  mtr_ops_weekly: { dates: 'week' },
};

/** Which row is meant: its scope and member, and of which span. */
interface Place {
  readonly scope: string;
  readonly member: string;
  /** First day of a month or week; everything where it does not say. */
  readonly start?: string | undefined;
}

/** The row for filters: one member of one dimension, or one month, or both; undefined where no row is about that. */
export function readyRow(table: Table, filters: Filters, within: Partial<Place> = {}): number | undefined {
  const chosen = filteredDimensions(filters).filter((id) => id !== 'resolution');
  const [id] = chosen;
  const words = id === undefined ? [] : (filters.words[id] ?? []);
  if (chosen.length > 1 || words.length > 1) return undefined;
  const isScoped = within.scope !== undefined && within.scope !== 'all';
  if (isScoped && id !== undefined && scopeOf(id) !== within.scope) return undefined;
  const place: Place = {
    scope: within.scope ?? (id === undefined ? 'all' : scopeOf(id)),
    member: within.member ?? words[0] ?? 'all',
    start: within.start ?? monthOf(filters),
  };
  if (isScoped && id !== undefined && words[0] !== place.member) return undefined;
  if (within.start === undefined && hasDates(filters) && place.start === undefined) return undefined;
  return rowAt(table, place, filters);
}

/** The scope of a dimension in tables of figures by scope. */
export function scopeOf(id: DimensionId): string {
  return dimension(id).scope ?? id;
}

/** The first days of the months or weeks that a table has rows about. */
export function readyStarts(table: Table, grain: Grain): readonly string[] {
  const { dates } = layoutOf(table);
  if (grain !== (dates === 'week' ? 'week' : 'month')) return [];
  const starts = new Set<string>();
  for (let row = 0; row < table.rows; row += 1) {
    if (dates === 'period' && table.cell(row, 'period') === 'month') starts.add(table.text(row, 'period_start') ?? '');
    if (dates === 'week') starts.add(table.text(row, 'week_start') ?? '');
    if (dates === 'scope' && table.cell(row, 'scope') === 'month') starts.add(`${table.text(row, 'scope_value')}-01`);
  }
  return [...starts].filter((start) => /^\d{4}/.test(start)).sort();
}

/** The members that a table has rows about, of a scope. */
export function readyMembers(table: Table, scope: string): readonly string[] {
  const members = new Set<string>();
  for (let row = 0; row < table.rows; row += 1) if (table.cell(row, 'scope') === scope) members.add(table.text(row, 'scope_value') ?? 'none');
  return [...members];
}

function rowAt(table: Table, place: Place, filters: Filters): number | undefined {
  const layout = layoutOf(table);
  const population = populationOf(filters);
  if (layout.hasPopulations && population === undefined) return undefined;
  const where: [string, string][] = layout.hasPopulations ? [['population', population ?? 'all']] : [];
  if (place.start !== undefined && layout.dates === 'scope') {
    if (place.scope !== 'all') return undefined;
    where.push(['scope', 'month'], ['scope_value', place.start.slice(0, 7)]);
  } else where.push(['scope', place.scope], ['scope_value', place.member]);
  if (layout.dates === 'period') where.push(['period', place.start === undefined ? 'all' : 'month']);
  if (layout.dates === 'period' && place.start !== undefined) where.push(['period_start', place.start]);
  if (layout.dates === 'week') where.push(['week_start', place.start ?? '']);
  if (layout.dates === 'none' && place.start !== undefined) return undefined;
  return rowWhere(table, where);
}

function rowWhere(table: Table, where: readonly (readonly [string, string])[]): number | undefined {
  for (let row = 0; row < table.rows; row += 1) if (where.every(([column, value]) => table.text(row, column) === value)) return row;
  return undefined;
}

function layoutOf(table: Table): Layout {
  return LAYOUTS[table.name] ?? { dates: 'none' };
}

/** The population that a filter of resolutions means; undefined for one that nothing was worked out for. */
function populationOf({ words }: Filters): string | undefined {
  const chosen = words.resolution ?? [];
  if (chosen.length !== 1) return 'all';
  return chosen[0] === 'true' ? 'resolved_valid' : undefined;
}

/** The month that the dates are exactly. */
function monthOf({ from, to }: Filters): string | undefined {
  return from?.endsWith('-01') && to === endOf(from, 'month') ? from : undefined;
}
