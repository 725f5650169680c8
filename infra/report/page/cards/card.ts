import type { DimensionId } from '../figures/dimensions.ts';
import type { Context } from '../figures/figure.ts';
import type { Measure } from '../figures/measure.ts';
import type { Shown } from './model.ts';

/** One figure in the row on top of a tab. */
export interface Kpi {
  readonly measure: Measure;
  /** Figures beside it, smaller: percentiles, say. */
  readonly beside?: readonly Measure[];
  /** Whether it says how it changed; so where nothing else is said. */
  readonly isCompared?: boolean;
  /** Whom it is about, in a few words. */
  readonly note?: string;
}

/** A card with a chart or a table. */
export interface Card {
  readonly id: string;
  readonly title: string;
  /** Whom or what it is about. */
  readonly subtitle: string;
  readonly footnote?: string;
  readonly width: 'third' | 'half' | 'full';
  /** Whose definitions are one click away. */
  readonly measures: readonly Measure[];
  readonly show: (context: Context) => Shown;
}

/** What every card says of itself. */
export type CardText = Pick<Card, 'id' | 'title' | 'subtitle' | 'footnote'> & { readonly width?: Card['width'] };

export interface Tab {
  readonly id: string;
  readonly title: string;
  /** What it is for, in one sentence. */
  readonly about: string;
  /** The tables that it is made of: their population, cautions and age are told on it. */
  readonly tables: readonly string[];
  readonly filters: readonly DimensionId[];
  readonly hasDates: boolean;
  readonly kpis: readonly Kpi[];
  readonly cards: readonly Card[];
}
