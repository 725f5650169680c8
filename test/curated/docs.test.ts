import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileModels } from '../../infra/curated/compile.ts';
import { catalogue } from '../../infra/curated/docs/catalogue.ts';
import { exposures, missingColumns } from '../../infra/curated/docs/exposures.ts';
import { anchor, type Page } from '../../infra/curated/docs/markdown.ts';
import { documentation } from '../../infra/curated/docs/pages.ts';
import { type Graph, idOf, type Model } from '../../infra/curated/graph.ts';
import { prepareSources } from '../../infra/curated/prepare.ts';
import { runModels } from '../../infra/curated/run.ts';
import { streams } from '../../shared/streams/index.ts';
import { openTemporary, type TemporaryWarehouse } from '../infra/local/duckdb-temporary.ts';

const NUMBERS = new Set(['INT64', 'FLOAT64', 'NUMERIC']);

let graph: Graph;
let opened: TemporaryWarehouse;
let pages: ReadonlyMap<string, Page>;
beforeAll(async () => {
  graph = await compileModels();
  pages = new Map(documentation(graph, streams).map((page) => [page.file, page]));
  opened = await openTemporary();
  await prepareSources(opened.warehouse, streams);
  const options = { what: 'run' as const, selection: {}, fullRefresh: false, codeVersion: 'test', startedAt: '2026-11-22T12:00:00.000Z', clock: () => 0 };
  await opened.warehouse.session((session) => runModels(session, graph, { ...options, runId: 'run', onStep: () => undefined }));
});
afterAll(() => opened.close());

const metrics = () => graph.models.filter(({ target }) => target.dataset === 'metrics');
const textOf = (file: string) => pages.get(file)?.text ?? '';

/** The columns of a table that are numbers, and do not only tell which row it is. */
async function figuresOf({ target, columns }: Model): Promise<readonly string[]> {
  const keys = new Set(columns.flatMap(({ name, tags }) => (tags.includes('key') ? [name] : [])));
  const { columns: there } = await opened.warehouse.query(`SELECT * FROM ${idOf(target)} LIMIT 0`);
  return there.filter(({ name, type }) => NUMBERS.has(type) && !keys.has(name)).map(({ name }) => `${target.name}.${name}`);
}

describe('the metric catalogue', () => {
  test('has every figure of every metric table, and no other', async () => {
    const figures = (await Promise.all(metrics().map(figuresOf))).flat();
    const entries = Object.entries(catalogue).flatMap(([table, { figures: own }]) => Object.keys(own).map((name) => `${table}.${name}`));
    expect(entries.sort()).toEqual([...figures].sort());
  });

  test('says what a ratio divides', () => {
    const entries = Object.entries(catalogue).flatMap(([table, { figures }]) =>
      Object.entries(figures).map(([name, entry]) => ({ id: `${table}.${name}`, ...entry })),
    );
    expect(entries.filter(({ unit, numerator, denominator }) => unit === 'ratio' && (numerator === undefined || denominator === undefined))).toEqual([]);
  });

  test('shows each figure with definition and unit on its page', () => {
    for (const { target, columns } of metrics()) {
      const { figures = {} } = catalogue[target.name] ?? {};
      for (const [name, { unit }] of Object.entries(figures)) {
        const definition = columns.find((column) => column.name === name)?.description.replaceAll('|', '\\|');
        expect(textOf('metric-catalogue.md')).toContain(`| \`${name}\` | ${definition} | ${unit} |`);
      }
    }
  });
});

describe('exposures', () => {
  const columnsOf = (models: readonly Model[]) => new Map(models.map(({ target, columns }) => [target.name, new Set(columns.map(({ name }) => name))]));
  const views = () => graph.models.filter(({ target }) => target.dataset === 'analytics');

  test('read columns that are there', () => {
    expect(missingColumns(columnsOf(views()))).toEqual([]);
  });

  test('tell when a column that they read is dropped', () => {
    const dropped = views().map((view) =>
      view.target.name === 'v_dim_stores' ? { ...view, columns: view.columns.filter(({ name }) => name !== 'latitude') } : view,
    );
    expect(missingColumns(columnsOf(dropped))).toEqual(['Sales coverage: v_dim_stores.latitude', 'Power BI: v_dim_stores.latitude']);
  });

  test('read every metric table, so that none is made for nobody', () => {
    const read = new Set(exposures.flatMap(({ reads }) => Object.keys(reads)));
    expect(
      metrics()
        .filter(({ target }) => !read.has(`v_${target.name}`))
        .map(({ target }) => target.name),
    ).toEqual([]);
  });
});

describe('the pages', () => {
  test('have every table and every column of models and streams', () => {
    const text = textOf('data-dictionary.md');
    const told = graph.models.filter(({ target }) => !['analytics', 'snapshots'].includes(target.dataset));
    expect(told.filter(({ target }) => !text.includes(`### ${idOf(target)}\n`)).map(({ target }) => idOf(target))).toEqual([]);
    expect(told.flatMap(({ columns }) => columns).filter(({ name }) => !text.includes(`| \`${name}\` |`))).toEqual([]);
    expect(streams.filter(({ id }) => !text.includes(`Stream \`${id}\``)).map(({ id }) => id)).toEqual([]);
  });

  test('show the way from a raw object to every figure, and every table of the way', () => {
    const sections = textOf('lineage.md').split('\n## ').slice(1);
    expect(sections.map((section) => section.split('\n', 1)[0])).toEqual(metrics().map(({ target }) => target.name));
    for (const section of sections) {
      const lines = section.split('```mermaid\n')[1]?.split('\n```')[0]?.split('\n') ?? [];
      const shapes = /^(flowchart LR| {2}raw_\w+\[\/".+"\/\] --> \w+| {2}\w+(\["[\w.]+"\]|\[\("[\w.]+"\)\])| {2}\w+ --> \w+)$/;
      expect(lines.filter((line) => !shapes.test(line))).toEqual([]);
      if (!section.startsWith('mtr_pipeline_')) expect(section).toContain('  raw_');
      const drawn = new Set(lines.flatMap((line) => /^ {2}(\w+)[[]/.exec(line)?.[1] ?? []));
      expect(lines.flatMap((line) => /^ {2}(\w+) --> (\w+)$/.exec(line)?.slice(1) ?? []).filter((node) => !drawn.has(node))).toEqual([]);
    }
  });

  test('name every test of the models', () => {
    const text = textOf('tests.md');
    expect(graph.assertions.filter(({ target }) => !text.includes(`| \`${target.name}\` |`)).map(({ target }) => target.name)).toEqual([]);
    expect(graph.unitTests.filter(({ name }) => !text.includes(`| \`${name}\` |`)).map(({ name }) => name)).toEqual([]);
  });

  test('lead to each other, and to headings that are there', () => {
    const headings = (text: string) => new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading)));
    const broken = [...pages.values()].flatMap(({ file, text }) =>
      [...text.matchAll(/\]\((?!https:)([^)#]*)(?:#([^)]*))?\)/g)].filter(([, page, heading]) => {
        const target = pages.get(page === '' || page === undefined ? file : page);
        return target === undefined || (heading !== undefined && !headings(target.text).has(heading));
      }),
    );
    expect(broken).toEqual([]);
  });
});
