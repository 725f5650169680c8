import { type Graph, idOf } from '../curated/graph.ts';
import { DATES } from './date-tables.ts';
import { modelTables } from './model-tables.ts';

/** Many rows of one table belong to one of the other; that one filters the many, never the other way round. */
export interface Relation {
  readonly from: { readonly table: string; readonly column: string };
  readonly to: { readonly table: string; readonly column: string };
  /** Whether only measures that name it use it: where filters would reach the many by two ways, Power BI takes one. */
  readonly isInactive?: boolean;
}

const MODEL_TESTS = 'model_tests';

/** The relations that the models' tests watch over, of tables that are in the model; then that of each table with days to the date table. */
export function relationsOf(graph: Graph): readonly Relation[] {
  return [...testedRelations(graph), ...dayRelations()];
}

/** Relationship tests are named `<child>__<column>__in__<parent>`. */
function testedRelations(graph: Graph): readonly Relation[] {
  const tableOf = new Map(modelTables.map(({ name, view }) => [view, name]));
  // The date table filters these, and whatever has a day, already.
  const days = new Set(dayRelations().map(({ from }) => from.table));
  return graph.assertions
    .filter(({ target }) => target.dataset === MODEL_TESTS)
    .flatMap(({ target, query }) => {
      const [child = '', column = '', is, parent = ''] = target.name.split('__');
      const [from, to] = [tableOf.get(`v_${child}`), tableOf.get(`v_${parent}`)];
      if (is !== 'in' || from === undefined || to === undefined) return [];
      if (!query.includes(`= parent.${column}`))
        throw new Error(`${idOf(target)}: the two columns have different names; the project relates columns of one name`);
      return [{ from: { table: from, column }, to: { table: to, column }, ...(days.has(to) ? { isInactive: true } : {}) }];
    })
    .sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

function dayRelations(): readonly Relation[] {
  return modelTables.flatMap(({ name, columns, added = {} }) =>
    Object.entries({ ...columns, ...added }).flatMap(([column, { isDay }]) =>
      isDay === true ? [{ from: { table: name, column }, to: { table: DATES, column: 'date' } }] : [],
    ),
  );
}

function textOf({ from, to }: Relation): string {
  return `${from.table} ${from.column} ${to.table}`;
}
