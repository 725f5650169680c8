import type { Card, CardText } from './card.ts';
import { card } from './charts.ts';
import { dimension } from '../figures/dimensions.ts';
import { type Context, NO_DATA } from '../figures/figure.ts';
import { isFiltered } from '../figures/filters.ts';
import { momentOf, spanText, type Unit } from '../format.ts';
import { type By, isGrain, largestFirst } from '../figures/group.ts';
import { grouped } from '../figures/grouping.ts';
import { type Measure, ready } from '../figures/measure.ts';
import type { TableCell, TableModel } from './model.ts';
import { NOT_AVAILABLE } from '../figures/ready-tables.ts';
import type { Table } from '../figures/report.ts';
import { select, type Where } from '../figures/selection.ts';

interface ByGroup extends CardText {
  readonly by: By;
  readonly measures: readonly Measure[];
  /** Members with the most of the first measure first, or in their own order. */
  readonly sort?: 'size' | 'order';
}

/** A table of measures by the members of a dimension, or by time. */
export function tableBy({ by, measures, sort = 'size', ...text }: ByGroup): Card {
  return card({ width: 'full', ...text }, measures, (context) => {
    const { groups, ignored, missing, by: found } = grouped(measures, by, context);
    if (missing !== undefined) return { model: { kind: 'message', text: missing }, ignored };
    const isTime = isGrain(found);
    const head = [
      { text: isTime ? 'Period' : dimension(found).label, isNumber: false },
      ...measures.map(({ label, unit }) => ({ text: withUnit(label, unit, context), isNumber: true })),
      { text: 'Completeness', isNumber: false },
    ];
    const ordered = isTime || sort === 'order' ? groups : [...groups].sort(largestFirst);
    const rows = ordered.map((group): readonly TableCell[] => [
      group.text,
      ...measures.map(({ unit }, place) => ({ value: group.values[place] ?? null, unit })),
      group.isGap ? '' : group.completeness,
    ]);
    return { model: { kind: 'table', head, rows }, ignored };
  });
}

/** A column of a table of rows: how its cells are written. */
export type Column = { readonly column: string; readonly label: string } & (
  | { readonly unit: Unit }
  | { readonly as: 'text' | 'month' | 'year' | 'day' | 'moment' | 'flag'; readonly flags?: readonly [yes: string, no: string]; readonly absent?: string }
);

interface OfRows extends CardText {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly where?: Where;
  /** Whether it tells of everything only: nothing is shown once something is filtered. */
  readonly isOfAllOnly?: boolean;
  /** Puts rows in their order. */
  readonly sort?: (table: Table) => (a: number, b: number) => number;
}

/** A table of rows as they are, of a table whose figures cannot be put together anew. */
export function tableOf({ table: name, columns, where, sort, isOfAllOnly = false, ...text }: OfRows): Card {
  const measures = columns.flatMap((column) => ('unit' in column ? [ready(column.label, column.unit, [name, column.column])] : []));
  return card({ width: 'full', ...text }, measures, (context) => {
    const table = context.report.table(name);
    if (table === undefined || table.rows === 0) return { model: { kind: 'message', text: NO_DATA }, ignored: [] };
    if (isOfAllOnly && isFiltered(context.filters)) return { model: { kind: 'message', text: NOT_AVAILABLE }, ignored: [] };
    const { rows, ignored } = select(table, context.filters, where);
    const ordered = sort === undefined ? rows : [...rows].sort(sort(table));
    const model: TableModel = {
      kind: 'table',
      head: columns.map((column) => ({ text: 'unit' in column ? withUnit(column.label, column.unit, context) : column.label, isNumber: 'unit' in column })),
      rows: ordered.map((row) => columns.map((column) => cellOf(table, row, column))),
    };
    return rows.length === 0 ? { model: { kind: 'message', text: NO_DATA }, ignored } : { model, ignored };
  });
}

function cellOf(table: Table, row: number, column: Column): TableCell {
  if ('unit' in column) return { value: table.number(row, column.column), unit: column.unit };
  const text = table.text(row, column.column);
  if (column.as === 'flag') return text === null ? (column.absent ?? '') : (column.flags ?? ['yes', 'no'])[text === 'true' ? 0 : 1];
  if (text === null) return '';
  if (column.as === 'text') return text;
  return column.as === 'moment' ? momentOf(text) : spanText(text, column.as);
}

/** A label with its unit, where that is not a plain number. */
export function withUnit(label: string, unit: Unit, { format }: Context): string {
  return unit === 'money' ? `${label}, ${format.unit(unit)}` : label;
}
