import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ANALYTICS, isHashed } from '../../infra/curated/analytics.ts';
import { compileModels } from '../../infra/curated/compile.ts';
import { type Graph, idOf, type Model } from '../../infra/curated/graph.ts';
import { prepareSources } from '../../infra/curated/prepare.ts';
import { runModels } from '../../infra/curated/run.ts';
import { streams } from '../../shared/streams/index.ts';
import { openTemporary, type TemporaryWarehouse } from '../infra/local/duckdb-temporary.ts';
import { insertSample, stopped } from './engines.ts';
import { sampleTables } from './sample-data.ts';

/** Stands in every column of a loaded table that is marked `pii`, and in `_extra`. */
const CANARY = 'canary';
/** What staging is: nobody reads it but the models. */
const INNER = new Set(['staging', 'snapshots', 'model_tests']);

let graph: Graph;
let opened: TemporaryWarehouse;
beforeAll(async () => {
  graph = stopped(await compileModels());
  opened = await openTemporary();
  await prepareSources(opened.warehouse, streams);
  const tables = await sampleTables((stream, column, row) => `${CANARY}.${stream.id.replace('/', '.')}.${column}.${row}@example.com`);
  const options = { what: 'run' as const, selection: {}, fullRefresh: false, codeVersion: 'test', startedAt: '2026-11-22T12:00:00.000Z', clock: () => 0 };
  await opened.warehouse.session(async (session) => {
    await insertSample(session, tables);
    await runModels(session, graph, { ...options, runId: 'run', onStep: () => undefined });
  });
});
afterAll(() => opened.close());

const read = ({ target }: Model) => opened.warehouse.query(`SELECT * FROM ${idOf(target)}`);
const outer = () => graph.models.filter(({ target }) => !INNER.has(target.dataset) && target.dataset !== ANALYTICS);
const views = () => graph.models.filter(({ target }) => target.dataset === ANALYTICS);

/** The columns of a table in which the canary is found, in any case and in any part of a value. */
async function columnsWithCanary(model: Model): Promise<readonly string[]> {
  const { columns, rows } = await read(model);
  return columns.filter((_, place) => rows.some((row) => String(row[place]).toLowerCase().includes(CANARY))).map(({ name }) => `${idOf(model.target)}.${name}`);
}

describe('what tells of a person', () => {
  test('reaches marts and metrics in columns that are marked, whatever they are called and however they are made', async () => {
    const found = (await Promise.all(outer().map(columnsWithCanary))).flat();
    const marked = outer().flatMap(({ target, columns }) => columns.flatMap(({ name, tags }) => (tags.includes('pii') ? [`${idOf(target)}.${name}`] : [])));
    expect(found.filter((column) => !marked.includes(column))).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
  });

  test('is marked wherever a column has the name of one that is marked in staging', () => {
    const inner = [...graph.sources, ...graph.models.filter(({ target }) => INNER.has(target.dataset))];
    const names = new Set(inner.flatMap(({ columns }) => columns.flatMap(({ name, tags }) => (tags.includes('pii') ? [name] : []))));
    const unmarked = outer().flatMap(({ target, columns }) =>
      columns.flatMap(({ name, tags }) => (names.has(name) && !tags.includes('pii') ? [`${idOf(target)}.${name}`] : [])),
    );
    expect(unmarked).toEqual([]);
  });

  test('is not found in any view for readers of reports', async () => {
    expect(views().length).toBe(outer().filter(({ target }) => target.dataset === 'marts' || target.dataset === 'metrics').length);
    expect((await Promise.all(views().map(columnsWithCanary))).flat()).toEqual([]);
  });

  test('is a SHA-256 there where it is a text', async () => {
    const sql = (table: string) => `SELECT email FROM ${table} WHERE email IS NOT NULL ORDER BY contact_id LIMIT 1`;
    const [[email]] = (await opened.warehouse.query(sql('marts.dim_contacts'))).rows as [[string]];
    const { rows } = await opened.warehouse.query(sql('analytics.v_dim_contacts'));
    expect(rows).toEqual([[createHash('sha256').update(email).digest('hex')]]);
  });

  test('is hidden, not hashed, where it is no text', async () => {
    const types = await Promise.all(
      outer().map(async (model) => {
        const { columns } = await read(model);
        return model.columns.filter(isHashed).map(({ name }) => [`${idOf(model.target)}.${name}`, columns.find((column) => column.name === name)?.type]);
      }),
    );
    expect(types.flat().filter(([, type]) => type !== 'STRING')).toEqual([]);
  });
});

test('views for readers of reports read marts and metrics only, and say so column by column', () => {
  const allowed = new Set(graph.models.filter(({ target }) => target.dataset === 'marts' || target.dataset === 'metrics').map(({ target }) => idOf(target)));
  const tests = new Set(graph.assertions.map(({ target }) => idOf(target)));
  const others = views().flatMap(({ after }) => after.map(idOf).filter((id) => !allowed.has(id) && !tests.has(id)));
  expect(others).toEqual([]);
  expect(views().filter(({ columns }) => columns.some(({ name }) => name === '_extra'))).toEqual([]);
});
