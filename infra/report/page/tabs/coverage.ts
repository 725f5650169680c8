import type { Tab } from '../cards/card.ts';
import { byMember } from '../cards/charts.ts';
import { coverage as figures } from '../figures/measures.ts';
import { storeMap } from '../cards/stores.ts';
import { tableBy } from '../cards/tables.ts';

const WHO = 'Stores in the list of the sales team';

export const coverage: Tab = {
  id: 'coverage',
  title: 'Sales coverage',
  about: 'Where the stores are, and how well the sales team covers them.',
  tables: ['mtr_sales_coverage', 'dim_stores'],
  filters: ['chain', 'store_class'],
  hasDates: false,
  kpis: [
    { measure: figures.stores },
    { measure: figures.visited, note: 'with at least one visit' },
    { measure: figures.coverage, note: 'stores visited / stores' },
    { measure: figures.visits, note: 'reports of visits' },
    { measure: figures.visitsPerStore },
    { measure: figures.reports, note: 'visits, calls and all else' },
  ],
  cards: [
    storeMap({
      id: 'map',
      title: 'Stores on a map',
      subtitle: `${WHO} that have a place on the map; a dot each, by longitude and latitude`,
      group: 'store_class',
      width: 'full',
    }),
    byMember({
      id: 'coverage-by-chain',
      title: 'Stores and coverage by chain',
      subtitle: WHO,
      measures: [figures.stores, figures.coverage],
      by: 'chain',
      layout: 'panels',
    }),
    byMember({
      id: 'coverage-by-class',
      title: 'Stores and coverage by class',
      subtitle: WHO,
      measures: [figures.stores, figures.coverage],
      by: 'store_class',
      layout: 'panels',
      sort: 'order',
    }),
    tableBy({
      id: 'chains',
      title: 'Chains',
      subtitle: WHO,
      by: 'chain',
      measures: [figures.stores, figures.visited, figures.coverage, figures.visits, figures.visitsPerStore, figures.reports],
      width: 'half',
    }),
    tableBy({
      id: 'classes',
      title: 'Classes',
      subtitle: WHO,
      by: 'store_class',
      sort: 'order',
      measures: [figures.stores, figures.visited, figures.coverage, figures.visits, figures.visitsPerStore, figures.reports],
      width: 'half',
    }),
  ],
};
