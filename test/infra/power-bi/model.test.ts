import { beforeAll, describe, expect, test } from '@jest/globals';
import { compileModels } from '../../../infra/curated/compile.ts';
import { exposures } from '../../../infra/curated/docs/exposures.ts';
import type { Graph } from '../../../infra/curated/graph.ts';
import { projectFiles } from '../../../infra/power-bi/project-files.ts';
import type { ParsedObject } from './tmdl-parser.ts';
import { endsOf, readModel, repeated, sourceOf, type WrittenModel, type WrittenTable } from './written-model.ts';

let graph: Graph;
let model: WrittenModel;
beforeAll(async () => {
  graph = await compileModels();
  model = readModel();
});

const VIEW = /View = Views\{\[Name = "(v_\w+)"\]\}\[Data\]/;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const viewOf = (table: WrittenTable) => VIEW.exec(sourceOf(table))?.[1];
const tables = () => [...model.tables.values()];
const ofViews = () => tables().filter((table) => viewOf(table) !== undefined);
const mart = (name: string) => graph.models.find(({ target }) => `v_${target.name}` === name && target.dataset !== 'analytics');
const columnNames = ({ columns }: WrittenTable) => columns.map(({ name }) => name);
const viewColumns = ({ columns }: WrittenTable) => columns.filter(({ expression }) => expression === undefined).map(({ name }) => name);

test('the folder holds what `npm run models -- sources` writes, and nothing else', () => {
  const should = new Map(projectFiles(graph).map(({ path, text }) => [path, text]));
  expect([...model.files.keys()].sort()).toEqual([...should.keys()].sort());
  expect([...should].filter(([path, text]) => model.files.get(path) !== text).map(([path]) => path)).toEqual([]);
});

test('the same models give the same files', () => {
  expect(projectFiles(graph)).toEqual(projectFiles(graph));
});

describe('tables', () => {
  test('are in a file of their name, and the model names each once', () => {
    expect([...model.objects.keys()].filter((path) => path.includes('/tables/')).sort()).toEqual(
      [...model.tables.keys()].map((name) => `crm.SemanticModel/definition/tables/${name}.tmdl`).sort(),
    );
    const named = model.objects.get('crm.SemanticModel/definition/model.tmdl')?.filter(({ type }) => type === 'ref table');
    expect(named?.map(({ name }) => name).sort()).toEqual([...model.tables.keys()].sort());
    expect(repeated([...model.tables.keys()])).toEqual([]);
  });

  test('are views of dataset analytics, or worked out in the model', () => {
    const shown = new Set(graph.models.filter(({ target }) => target.dataset === 'analytics').map(({ target }) => target.name));
    expect(ofViews().filter((table) => !shown.has(viewOf(table) ?? ''))).toEqual([]);
    const others = tables().filter((table) => viewOf(table) === undefined);
    expect(others.map(({ table, partition }) => `${table.name} ${partition.expression}`)).toEqual(['Date calculated', 'Months since first order calculated']);
  });

  test('have columns of their view, as it describes them, and what Power Query adds to it', () => {
    for (const table of ofViews()) {
      const described = new Map(graph.models.find(({ target }) => target.name === viewOf(table))?.columns.map(({ name, description }) => [name, description]));
      const added = [...sourceOf(table).matchAll(/Table\.AddColumn\(\w+, "(\w+)"/g)].map(([, name]) => name);
      const selected = /Table\.SelectColumns\(\w+, \{([^}]*)\}\)/
        .exec(sourceOf(table))?.[1]
        ?.split(', ')
        .map((name) => name.replaceAll('"', ''));
      expect(viewColumns(table)).toEqual([...(selected ?? []), ...added]);
      for (const column of table.columns.filter(({ name }) => selected?.includes(name))) {
        expect(column).toMatchObject({ name: column.properties.get('sourceColumn'), description: described.get(column.name) });
      }
    }
  });

  test('are read by name with the two parameters: no address, no key, no other source', () => {
    const reads = ofViews().flatMap((table) => [...sourceOf(table).matchAll(/\b(\w+)\.(Database|Contents|DataSource|Document|Files)\w*\(([^)]*)\)/g)]);
    expect(new Set(reads.map(([call]) => call))).toEqual(new Set(['GoogleBigQuery.Database([BillingProject = Project])']));
    expect(reads).toHaveLength(ofViews().length);
    expect(ofViews().filter(({ partition }) => partition.properties.get('mode') !== 'import')).toEqual([]);
    const parameters = model.objects
      .get('crm.SemanticModel/definition/expressions.tmdl')
      ?.filter(({ expression }) => expression?.includes('IsParameterQuery=true'));
    expect(parameters?.map(({ name, expression }) => `${name} ${expression?.split(' ')[0]}`)).toEqual(['Project "my-project"', 'Dataset "analytics"']);
  });

  test('leave out what was deleted where a figure would count it', () => {
    const deleted = ofViews().filter(
      (table) => /v_fct_/.test(viewOf(table) ?? '') && mart(viewOf(table) ?? '')?.columns.some(({ name }) => name === 'is_deleted'),
    );
    expect(deleted.map(({ table }) => table.name)).toEqual(['Sales', 'Tickets']);
    expect(deleted.filter((table) => !sourceOf(table).includes('Table.SelectRows(View, each [is_deleted] = false)'))).toEqual([]);
  });
});

describe('columns', () => {
  test('tell nothing of a person: what the marts mark is left out', () => {
    const marked = ofViews().flatMap((table) => {
      const pii = new Set(mart(viewOf(table) ?? '')?.columns.flatMap(({ name, tags }) => (tags.includes('pii') ? [name] : [])));
      return columnNames(table).filter((name) => pii.has(name));
    });
    expect(marked).toEqual([]);
  });

  test('are never added up by themselves, and described', () => {
    const all = tables().flatMap(({ columns }) => columns);
    expect(all.filter(({ properties }) => properties.get('summarizeBy') !== 'none')).toEqual([]);
    expect(all.filter(({ description }) => description === '')).toEqual([]);
  });

  test('that relate tables are hidden, but for the day of the date table', () => {
    const ends = model.relations.flatMap((relation) => Object.values(endsOf(relation)));
    const shown = tables().flatMap(({ table, columns }) =>
      columns
        .filter(({ name, properties }) => ends.includes(`${table.name}.${name}`) && !properties.has('isHidden'))
        .map(({ name }) => `${table.name}.${name}`),
    );
    expect(shown).toEqual(['Date.date']);
    expect(tables().flatMap(({ columns }) => columns.filter(({ name, properties }) => name.endsWith('_key') && !properties.has('isHidden')))).toEqual([]);
  });

  test('are sorted by columns of their table: months by year and month, incomes, priorities and ages by their order', () => {
    const sorted = tables().flatMap((table) =>
      table.columns.flatMap(({ name, properties }) =>
        properties.has('sortByColumn') ? [`${table.table.name}.${name} ${properties.get('sortByColumn')}`] : [],
      ),
    );
    expect(sorted).toEqual([
      'Customers.age_band age_order',
      'Customers.income_bracket income_order',
      'Date.month month_number',
      'Tickets.ticket_priority priority_order',
    ]);
    for (const text of sorted) {
      const [, table = '', by = ''] = /^(.*)\.\w+ (\w+)$/.exec(text) ?? [];
      expect(columnNames(model.tables.get(table) as WrittenTable)).toContain(by);
    }
    expect(model.tables.get('Date')?.columns.find(({ name }) => name === 'month_number')?.expression).toBe('YEAR([date]) * 100 + MONTH([date])');
  });
});

describe('relations', () => {
  const RELATIONS = [
    ['Orders.contact_key', 'Contacts.contact_key', 'fct_orders', 'dim_contacts'],
    ['Orders.campaign_key', 'Campaigns.campaign_key', 'fct_orders', 'dim_campaign'],
    ['Orders.ga4_event_key', 'Web transactions.ga4_event_key', 'fct_orders', 'dim_ga4_events'],
    ['Orders.meta_ads_key', 'Ads.meta_ads_key', 'fct_orders', 'dim_meta_ads'],
    ['Ads.campaign_key', 'Campaigns.campaign_key', 'dim_meta_ads', 'dim_campaign'],
    ['Sales.customer_key', 'Customers.customer_key', 'fct_sales', 'dim_customers'],
    ['Sales.product_key', 'Products.product_key', 'fct_sales', 'dim_products'],
    ['Tickets.customer_key', 'Customers.customer_key', 'fct_ticketing', 'dim_customers'],
    ['Churn signals.customer_key', 'Customers.customer_key', 'mtr_churn_signals', 'dim_customers'],
    ['Call reports.store_key', 'Stores.store_key', 'fct_call_reports', 'dim_stores'],
    ['Inventory.store_key', 'Stores.store_key', 'fct_store_inventory', 'dim_stores'],
  ] as const;
  const DAYS = [
    ...['Orders.order_date', 'Ads.date', 'Web transactions.event_date', 'Sales.purchase_date', 'Tickets.ticket_date', 'Weekly ops.week_start'],
    ...['Call reports.action_date', 'Inventory.snapshot_date', 'Pipeline days.run_day'],
  ];

  test('are those of the marts, and of every day to the date table', () => {
    const written = model.relations.map((relation) => Object.values(endsOf(relation)).join(' '));
    expect([...written].sort()).toEqual([...RELATIONS.map(([from, to]) => `${from} ${to}`), ...DAYS.map((day) => `${day} Date.date`)].sort());
  });

  test.each(RELATIONS)('%s to %s is watched over by a test of the models, and unique there', (from, to, child, parent) => {
    const [table = '', column = ''] = from.split('.');
    expect(viewOf(model.tables.get(table) as WrittenTable)).toBe(`v_${child}`);
    expect(viewOf(model.tables.get(to.split('.')[0] ?? '') as WrittenTable)).toBe(`v_${parent}`);
    expect(graph.assertions.filter(({ target }) => target.name === `${child}__${column}__in__${parent}`)).toHaveLength(1);
    expect(graph.assertions.filter(({ target }) => target.name === `${parent}__unique`)).toHaveLength(1);
  });

  test('every relation that the models test between tables of this model is here', () => {
    const names = new Map(ofViews().map((table) => [viewOf(table), table.table.name]));
    const tested = graph.assertions.flatMap(({ target }) => {
      const [child, column, is, parent] = target.name.split('__');
      const [from, to] = [names.get(`v_${child}`), names.get(`v_${parent}`)];
      return is === 'in' && from !== undefined && to !== undefined ? [`${from}.${column} ${to}.${column}`] : [];
    });
    expect(tested.sort()).toEqual(RELATIONS.map(([from, to]) => `${from} ${to}`).sort());
  });

  test('filter in one direction, of many to one, of columns that have one type', () => {
    for (const relation of model.relations) {
      const { to } = endsOf(relation);
      const more = [...(to === 'Date.date' ? ['joinOnDateBehavior'] : []), ...(isActive(relation) ? [] : ['isActive'])];
      expect([...relation.properties.keys()].sort()).toEqual(['fromColumn', 'toColumn', ...more].sort());
      expect(typeAt(endsOf(relation).from)).toBe(typeAt(endsOf(relation).to));
    }
  });

  test('give one way at most from a table to another, so that none is left out for being ambiguous; those that would give a second are not active', () => {
    const active = model.relations.filter(isActive);
    expect(ambiguous(active)).toEqual([]);
    const inactive = model.relations.filter((relation) => !isActive(relation));
    expect(inactive.map((relation) => endsOf(relation).from).sort()).toEqual(['Orders.ga4_event_key', 'Orders.meta_ads_key']);
    for (const relation of inactive) expect(ambiguous([...active, relation])).toContain('Orders');
  });

  /** Tables that filters of one other reach by two ways. */
  function ambiguous(relations: readonly ParsedObject[]): readonly string[] {
    const filters = Map.groupBy(relations.map(endsOf), ({ to }) => to.split('.')[0] ?? '');
    const ways = (from: string, seen: readonly string[] = []): readonly string[] => {
      if (seen.includes(from)) throw new Error(`a cycle: ${[...seen, from].join(', ')}`);
      return (filters.get(from) ?? []).flatMap(({ from: end }) => [end.split('.')[0] ?? '', ...ways(end.split('.')[0] ?? '', [...seen, from])]);
    };
    return [...model.tables.keys()].flatMap((name) => repeated(ways(name)));
  }

  function isActive({ properties }: ParsedObject): boolean {
    return properties.get('isActive') !== 'false';
  }

  function typeAt(end: string): string | undefined {
    const [table = '', column] = end.split('.');
    return model.tables
      .get(table)
      ?.columns.find(({ name }) => name === column)
      ?.properties.get('dataType');
  }
});

test('the date table is marked as one, of all days that any table has', () => {
  const date = model.tables.get('Date');
  expect(date?.table.properties.get('dataCategory')).toBe('Time');
  expect(date?.columns.filter(({ properties }) => properties.has('isKey')).map(({ name }) => name)).toEqual(['date']);
  for (const relation of model.relations.filter((each) => endsOf(each).to === 'Date.date')) {
    const [table, column] = endsOf(relation).from.split('.');
    for (const find of ['MIN', 'MAX']) expect(sourceOf(date as WrittenTable)).toContain(`${find}('${table}'[${column}])`);
  }
});

test('every object has an identity that stays, and no two the same', () => {
  const tagged = (objects: readonly ParsedObject[]): readonly ParsedObject[] => objects.flatMap((object) => [object, ...tagged(object.children)]);
  const all = [...model.objects.values()].flatMap(tagged);
  const tags = [
    ...all.flatMap(({ properties }) => properties.get('lineageTag') ?? []),
    ...all.filter(({ type }) => type === 'relationship').map(({ name }) => name),
  ];
  expect(tags.length).toBeGreaterThan(200);
  expect(tags.filter((tag) => !GUID.test(tag))).toEqual([]);
  expect(new Set(tags).size).toBe(tags.length);
  const needy = all.filter(({ type }) => ['table', 'measure', 'column', 'expression'].includes(type));
  expect(needy.filter(({ properties }) => !properties.has('lineageTag')).map(({ name }) => name)).toEqual([]);
});

test('the exposure names every view and column that Power Query reads, so that none can be dropped unnoticed', () => {
  const [exposure, ...others] = exposures.filter(({ kind }) => kind === 'bi');
  expect(others).toEqual([]);
  const reads = ofViews().map((table) => {
    const selected =
      /Table\.SelectColumns\(\w+, \{([^}]*)\}\)/
        .exec(sourceOf(table))?.[1]
        ?.split(', ')
        .map((name) => name.replaceAll('"', '')) ?? [];
    const filtered = [...sourceOf(table).matchAll(/each \[(\w+)\] = false/g)].map(([, name = '']) => name);
    return [viewOf(table), [...selected, ...filtered]] as const;
  });
  expect(exposure?.reads).toEqual(Object.fromEntries(reads));
});
