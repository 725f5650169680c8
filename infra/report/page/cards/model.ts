import type { Completeness } from '../figures/completeness.ts';
import type { Unit } from '../format.ts';

/** A place on the axis of a chart. */
export interface Item {
  readonly key: string;
  readonly text: string;
  readonly completeness: Completeness;
  readonly isGap?: boolean;
}

/** Whether a place is not final, and has to be marked. */
export function isOpen({ completeness, isGap }: Item): boolean {
  return completeness !== 'final' && isGap !== true;
}

export interface Series {
  readonly label: string;
  readonly unit: Unit;
  readonly values: readonly (number | null)[];
}

/** Values along an axis of time or of members. */
export interface SeriesModel {
  readonly kind: 'series';
  readonly axis: { readonly label: string; readonly isTime: boolean; readonly items: readonly Item[] };
  readonly series: readonly Series[];
  readonly shape: 'bar' | 'line';
  /** `share` draws parts of 100 %; `panels` gives each series an axis of its own. */
  readonly layout: 'plain' | 'stack' | 'share' | 'panels';
  /** Whether the figures are parts of one whole, so that a share may be told. */
  readonly isWhole: boolean;
}

export interface Point {
  readonly text: string;
  readonly group: string;
  readonly x: number;
  readonly y: number;
  readonly size: number | null;
}

/** Dots by two measures. */
export interface ScatterModel {
  readonly kind: 'scatter';
  readonly member: string;
  readonly group: string;
  readonly x: { readonly label: string; readonly unit: Unit };
  readonly y: { readonly label: string; readonly unit: Unit };
  readonly size?: { readonly label: string; readonly unit: Unit } | undefined;
  readonly points: readonly Point[];
}

/** Values by row and column. */
export interface GridModel {
  readonly kind: 'grid';
  readonly rowLabel: string;
  readonly columnLabel: string;
  readonly valueLabel: string;
  readonly unit: Unit;
  readonly rows: readonly { readonly text: string; readonly note?: string | undefined }[];
  readonly columns: readonly string[];
  /** By row and column; null where there is no value. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** Dots by longitude and latitude, in degrees. */
export interface MapModel {
  readonly kind: 'map';
  readonly group: string;
  readonly points: readonly { readonly text: string; readonly group: string; readonly longitude: number; readonly latitude: number }[];
  /** How many lie so far from the others that the map leaves them out. */
  readonly outside: number;
  /** Names written on the map. */
  readonly places: readonly { readonly text: string; readonly longitude: number; readonly latitude: number }[];
}

export type TableCell = string | { readonly value: number | null; readonly unit: Unit };

/** A table as it is shown. */
export interface TableModel {
  readonly kind: 'table';
  readonly head: readonly { readonly text: string; readonly isNumber: boolean }[];
  readonly rows: readonly (readonly TableCell[])[];
}

/** Words in place of a chart. */
export interface MessageModel {
  readonly kind: 'message';
  readonly text: string;
}

export type Model = SeriesModel | ScatterModel | GridModel | MapModel | TableModel | MessageModel;

/** What a card shows, and which filters it does not follow. */
export interface Shown {
  readonly model: Model;
  readonly ignored: readonly string[];
}
