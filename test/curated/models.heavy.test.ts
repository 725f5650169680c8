import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { analyticsFile } from '../../infra/curated/analytics.ts';
import { compileModels, DATAFORM_DIR } from '../../infra/curated/compile.ts';
import { type Graph, idOf, type Model, type Target } from '../../infra/curated/graph.ts';
import type { Step } from '../../infra/curated/model-runs.ts';
import { prepareSources } from '../../infra/curated/prepare.ts';
import { isFailure, type RunOptions, runModels } from '../../infra/curated/run.ts';
import { SOURCES_FOLDER, writtenFiles } from '../../infra/curated/sources.ts';
import { builtInStreams, streams } from '../../shared/streams/index.ts';
import { openTemporary, type TemporaryWarehouse } from '../infra/local/duckdb-temporary.ts';
import { troubles } from './models-lab.ts';

const RUN: RunOptions = {
  what: 'run',
  selection: {},
  fullRefresh: false,
  runId: 'run',
  codeVersion: 'test',
  startedAt: '2026-11-20T06:00:00.000Z',
  clock: () => 0,
  onStep: () => undefined,
};

describe('the models of this repository', () => {
  let graph: Graph;
  let opened: TemporaryWarehouse;
  let steps: readonly Step[];
  beforeAll(async () => {
    graph = await compileModels();
    opened = await openTemporary();
    await prepareSources(opened.warehouse, streams);
    steps = await opened.warehouse.session((session) => runModels(session, graph, RUN));
  });
  afterAll(() => opened.close());

  const columnsOf = async ({ dataset, name }: Target) => (await opened.warehouse.columns({ dataset, table: name }))?.map((column) => column.name) ?? [];

  test('are built and pass their tests where nothing was ever loaded', () => {
    expect(troubles(steps)).toEqual([]);
    expect(isFailure(steps)).toBe(false);
  });

  test('pass their unit tests', async () => {
    const tested = await opened.warehouse.session((session) => runModels(session, graph, { ...RUN, what: 'test' }));
    expect(troubles(tested)).toEqual([]);
    expect(tested.filter(({ kind }) => kind === 'unit test').length).toBe(graph.unitTests.length);
  });

  test('that are dims have a key of their own, and the unknown member where nothing was ever loaded; every fact has keys of dims', async () => {
    const dims = new Map<string, string>();
    for (const { target, columns } of graph.models.filter((model) => model.target.dataset === 'marts' && model.target.name.startsWith('dim_'))) {
      const [key = ''] = columns.map(({ name }) => name);
      const types = await opened.warehouse.columns({ dataset: target.dataset, table: target.name });
      expect([target.name, types?.find(({ name }) => name === key)?.type]).toEqual([target.name, 'INT64']);
      const { rows } = await opened.warehouse.session((session) => session.query(`SELECT ${key} FROM marts.${target.name}`));
      expect([target.name, rows]).toEqual([target.name, [[-1]]]);
      dims.set(key, target.name);
    }
    const related = new Set(graph.assertions.map(({ target }) => target.name));
    const facts = graph.models.filter((model) => model.target.name.startsWith('fct_'));
    const keys = facts.flatMap(({ target, columns }) => columns.filter(({ name }) => dims.has(name)).map(({ name }) => [target.name, name] as const));
    expect(keys.filter(([fact, key]) => !related.has(`${fact}__${key}__in__${dims.get(key)}`))).toEqual([]);
    expect(facts.filter(({ target }) => !keys.some(([fact]) => fact === target.name))).toEqual([]);
    expect([...dims.keys()].filter((key) => !keys.some(([, name]) => name === key))).toEqual([]);
  });

  test('describe every column that they have, and no other', async () => {
    const described = graph.models.filter(({ tags }) => !tags.includes('snapshots'));
    const expected = described.map(({ target, columns }) => [idOf(target), columns.map(({ name }) => name)]);
    expect(expected).toEqual(await Promise.all(described.map(async ({ target }) => [idOf(target), await columnsOf(target)])));
    expect(graph.models.filter(({ description }) => description === '')).toEqual([]);
  });

  test('name the critical tests of what they read, so that these stop them in Dataform, too', () => {
    const missing = graph.models.map((model) => [
      idOf(model.target),
      criticalOf(graph, model).filter((needed) => !model.after.some((after) => idOf(after) === needed)),
    ]);
    expect(missing.filter(([, needed]) => needed?.length !== 0)).toEqual([]);
  });

  test('read declared tables and each other only', () => {
    const known = new Set([...graph.sources, ...graph.models, ...graph.assertions].map(({ target }) => idOf(target)));
    expect(graph.models.flatMap(({ after }) => after.map(idOf)).filter((id) => !known.has(id))).toEqual([]);
  });

  test('are compiled for the version of @dataform/core that is installed', async () => {
    const settings = await readFile(join(DATAFORM_DIR, 'workflow_settings.yaml'), 'utf8');
    const { devDependencies } = JSON.parse(await readFile(join(DATAFORM_DIR, '../../package.json'), 'utf8'));
    expect(settings).toContain(`dataformCoreVersion: ${devDependencies['@dataform/core']}\n`);
  });
});

test('what is written from streams and models is what "npm run models -- sources" writes', async () => {
  const files = writtenFiles(streams, builtInStreams);
  const declared = await readdir(join(DATAFORM_DIR, SOURCES_FOLDER));
  expect(declared.map((name) => `${SOURCES_FOLDER}/${name}`).sort()).toEqual(
    files
      .map(({ name }) => name)
      .filter((name) => name.startsWith(SOURCES_FOLDER))
      .sort(),
  );
  for (const { name, text } of [...files, analyticsFile(await compileModels())])
    expect([name, await readFile(join(DATAFORM_DIR, name), 'utf8')]).toEqual([name, text]);
});

/** The critical tests of the models that a model reads: a snapshot's test is about the model that the snapshot is of. */
function criticalOf({ models, assertions }: Graph, model: Model): readonly string[] {
  const read = new Set(model.after.map(idOf));
  // Its own test comes after a snapshot.
  const isOwn = (about: Target) => idOf(about) === idOf(model.target);
  return assertions
    .filter(({ tags, about }) => tags.includes('critical') && about !== undefined && !isOwn(about) && subjects(models, about).some((id) => read.has(id)))
    .map(({ target }) => idOf(target));
}

function subjects(models: readonly Model[], about: Target): readonly string[] {
  const model = models.find(({ target }) => idOf(target) === idOf(about));
  return model?.tags.includes('snapshots') === true ? model.after.map(idOf) : [idOf(about)];
}
