/** The tabs of the report's page. */
export const TABS = {
  'Executive overview': 'Orders, revenue, average order value and repeat rate; revenue by day, month and channel',
  'Acquisition & ads': 'What ads cost and what orders brought, by campaign and channel',
  'Customer revenue': 'New and repeat revenue, value of a buyer, retention by cohort',
  'Revenue & product': 'Units, revenue and price by product, category group, year and month',
  'Customer insight': 'Customers and revenue by income, gender, age and location; who came, came back and may leave',
  'Support & satisfaction': 'Response and resolution times with percentiles, satisfaction of all and of rated tickets',
  'Weekly ops': 'Tickets beyond what was promised, and what their customers bought',
  'Sales coverage': 'Stores and visits by chain and class; stores on a map',
  'Pipeline health': 'Freshness, success, durations, rejects and conservation of every stream',
} as const;

export type Tab = keyof typeof TABS;

/** One way to have fewer rows. */
export type Step =
  /** Days are added up to months, or what is there to years. */
  | { readonly kind: 'months' | 'years' }
  /** Added up over this key, whose only word is 'all' then. */
  | { readonly kind: 'drop'; readonly key: string }
  /** The members of a key that have most of a figure; the others become one. */
  | { readonly kind: 'top'; readonly key: string; readonly by: string; readonly count: number }
  /** Only rows of which the condition holds; where rows cannot be added up. */
  | { readonly kind: 'keep'; readonly where: string; readonly told: string };

/** A table of the page: which columns of which view of dataset `analytics` it holds, and how it is kept small. */
export interface PageTable {
  /** The mart or metric; its view is `v_<name>`. */
  readonly name: string;
  readonly tabs: readonly Tab[];
  /** What tells one row from another. */
  readonly keys: readonly string[];
  /** Figures, and what is said beside them. */
  readonly figures: readonly string[];
  /** The key that is a date, where there is one: DATEs of days, or of first days of months. */
  readonly date?: { readonly key: string; readonly grain: 'day' | 'month' };
  /** Whether all figures may be added up over any rows: only then rows are added up. */
  readonly isAdditive: boolean;
  /** Which rows; all where it does not say. */
  readonly where?: string;
  /** Rows at most. */
  readonly rows: number;
  /** What is done where there are more, one after the other until they fit. */
  readonly steps: readonly Step[];
  /** Whether its rows say of when they are (`as_of`) and how much to rely on them (`completeness`), as those of every metric do. */
  readonly isMeasured: boolean;
  /** Whom or what it is about, where the metric catalogue does not have it. */
  readonly population?: string;
}

/** Every column that the page reads of a table: dropping one of them fails a test. */
export function columnsRead({ keys, figures, isMeasured }: PageTable): readonly string[] {
  return [...keys, ...figures, ...(isMeasured ? ['as_of', 'completeness'] : [])];
}
