import { ConfigError } from '../../shared/errors.ts';
import type { Source } from '../../shared/source.ts';
import type { Stream } from '../../shared/stream.ts';
import { tableSettings } from '../../shared/warehouse/bigquery-tables.ts';
import { LEDGER_SQL, LOADS_TABLE } from '../../shared/warehouse/ledger.ts';
import { streamTable } from '../../shared/warehouse/stream-table.ts';
import type { TableSpec } from '../../shared/warehouse/table.ts';
import type { Graph } from '../curated/graph.ts';
import { staleHours } from './stale-hours.ts';

/** What Terraform is told of the declarations, under the names of its variables. */
export interface Declared {
  readonly sources: Readonly<Record<string, DeclaredSource>>;
  readonly schedules: Readonly<Record<string, DeclaredSchedule>>;
  readonly datasets: Readonly<Record<string, DeclaredDataset>>;
  readonly tables: Readonly<Record<string, DeclaredTable>>;
  /** Datasets that views read for whoever may read `analytics`, and the datasets of those views, by <read>/<reader>. */
  readonly behind_analytics: Readonly<Record<string, DeclaredReader>>;
  /** The query of the view `ops.ledger`. */
  readonly ledger: string;
}

interface DeclaredSource {
  readonly title: string;
  /** Variables that must be said, may be said, and are secret. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly secrets: readonly string[];
}

interface DeclaredSchedule {
  readonly source: string;
  readonly stream: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly stale_hours: number;
}

interface DeclaredDataset {
  readonly description: string;
  /** Who writes it: the loads of streams, the pipeline itself, stages of a load, or the curated models. */
  readonly kind: 'streams' | 'ops' | 'stage' | 'models';
}

interface DeclaredReader {
  readonly read: string;
  readonly reader: string;
}

interface DeclaredTable {
  readonly dataset: string;
  readonly table: string;
  readonly description: string;
  readonly partition: string;
  readonly cluster: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** The columns, as JSON. */
  readonly schema: string;
}

const OPS: Readonly<Record<string, DeclaredDataset>> = {
  ops: { description: 'What the pipeline tells about itself: loads, runs, rejects and the ledger', kind: 'ops' },
  ops_stage: { description: 'Stages of loads; a table goes after a day', kind: 'stage' },
};

/** What readers of reports see. */
const ANALYTICS = 'analytics';

/** Collects what Terraform needs to know of streams and models; throws a ConfigError where two of them claim one name. */
export function declared(streams: readonly Stream[], builtIn: readonly Stream[], models: Pick<Graph, 'models' | 'assertions'>): Declared {
  const problems = [...sourceProblems(streams), ...datasetProblems(streams, models)];
  if (problems.length > 0) throw new ConfigError(problems);
  const tables = [...[...streams, ...builtIn].map(streamTable), LOADS_TABLE];
  return {
    sources: sourcesOf(streams),
    schedules: Object.fromEntries(streams.flatMap(scheduleOf)),
    datasets: sorted({ ...datasetsOf(streams), ...modelDatasets(models), ...OPS }),
    tables: sorted(Object.fromEntries(tables.map((table) => [`${table.dataset}.${table.table}`, declaredTable(table)]))),
    behind_analytics: behindAnalytics(models),
    ledger: LEDGER_SQL,
  };
}

function sourceProblems(streams: readonly Stream[]): readonly string[] {
  const names = [...new Set(streams.map(({ source }) => source))].map(({ name }) => name);
  return names.filter((name, place) => names.indexOf(name) !== place).map((name) => `source "${name}" is declared twice: give one another name`);
}

/** The accounts that load may not write where the models are, and a run of the models would replace what they have loaded. */
function datasetProblems(streams: readonly Stream[], models: Pick<Graph, 'models' | 'assertions'>): readonly string[] {
  const taken = modelDatasets(models);
  return streams
    .filter(({ table }) => table.dataset in taken)
    .map(({ id, table }) => `stream "${id}" fills a table of dataset "${table.dataset}", which is of the models: write another in table.dataset`);
}

function sourcesOf(streams: readonly Stream[]): Declared['sources'] {
  const withSettings = [...new Set(streams.map(({ source }) => source))].filter(({ settings }) => Object.keys(settings).length > 0);
  return sorted(Object.fromEntries(withSettings.map((source) => [source.name, declaredSource(source)])));
}

function declaredSource({ title, settings }: Source): DeclaredSource {
  const all = Object.values(settings);
  const names = (which: (setting: (typeof all)[number]) => boolean) => all.filter(which).map(({ env }) => env);
  return {
    title,
    required: names((setting) => setting.kind !== 'secret' && setting.default === undefined),
    optional: names((setting) => setting.kind !== 'secret' && setting.default !== undefined),
    secrets: names((setting) => setting.kind === 'secret'),
  };
}

function scheduleOf({ id, source, name, schedule }: Stream): readonly (readonly [string, DeclaredSchedule])[] {
  if (schedule === undefined) return [];
  const { cron, timeZone } = schedule;
  return [[id.replace('/', '-'), { source: source.name, stream: name, cron, time_zone: timeZone, stale_hours: staleHours(cron) }]];
}

function datasetsOf(streams: readonly Stream[]): Readonly<Record<string, DeclaredDataset>> {
  const bySet = Map.groupBy(streams, (stream) => stream.table.dataset);
  return Object.fromEntries([...bySet].map(([name, own]) => [name, { description: titles(own), kind: 'streams' as const }]));
}

function titles(streams: readonly Stream[]): string {
  return `Loaded from ${[...new Set(streams.map(({ source }) => source.title))].join(', ')}`;
}

function modelDatasets({ models, assertions }: Pick<Graph, 'models' | 'assertions'>): Readonly<Record<string, DeclaredDataset>> {
  const built = models.map(({ target }) => [target.dataset, { description: `Curated models: ${target.dataset}`, kind: 'models' as const }] as const);
  const tested = assertions.map(
    ({ target }) => [target.dataset, { description: 'Tests of the curated models: rows are failures', kind: 'models' as const }] as const,
  );
  return Object.fromEntries([...tested, ...built]);
}

/** A view that is behind another one reads for itself: each step of the way has to be opened. */
function behindAnalytics({ models }: Pick<Graph, 'models'>): Declared['behind_analytics'] {
  const built = new Map(models.map((model) => [nameOf(model.target), model]));
  const pairs: Record<string, DeclaredReader> = {};
  const views = models.filter(({ target }) => target.dataset === ANALYTICS);
  for (const { target, after } of views) {
    for (const model of after.flatMap((read) => built.get(nameOf(read)) ?? [])) {
      const pair = { read: model.target.dataset, reader: target.dataset };
      pairs[`${pair.read}/${pair.reader}`] = pair;
      if (model.kind === 'view' && !views.includes(model)) views.push(model);
    }
  }
  return sorted(pairs);
}

function nameOf({ dataset, name }: { readonly dataset: string; readonly name: string }): string {
  return `${dataset}.${name}`;
}

function declaredTable(spec: TableSpec): DeclaredTable {
  const { fields, description, partition, cluster, labels } = tableSettings(spec);
  return { dataset: spec.dataset, table: spec.table, description, partition, cluster, labels, schema: JSON.stringify(fields) };
}

/** By name, so that a stream in between changes one place of the file. */
function sorted<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
