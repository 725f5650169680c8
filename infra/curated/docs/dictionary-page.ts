import type { Stream } from '../../../shared/stream.ts';
import { streamTable } from '../../../shared/warehouse/stream-table.ts';
import { type Graph, idOf, type Model } from '../graph.ts';
import { code, joined, type Page, sentence, table } from './markdown.ts';

const LAYERS: Readonly<Record<string, string>> = {
  staging: 'Views over the loaded tables: canonical names, explicit columns, UTC. Models read them, nobody else.',
  marts: 'Dimensions and facts, joined by `…_key`; -1 is the member that stands for what a fact names and the dimension does not know.',
  metrics: 'Figures, each row with `as_of` and `completeness`; what they mean is in the metric catalogue.',
  audits: 'What does not fit together, row by row. They tell; they stop nothing.',
};
/** Datasets whose tables say nothing of their own. */
const LEFT_OUT = new Set(['analytics', 'snapshots', 'model_tests']);

/** Every table and column: what is loaded, and what is made of it. */
export function dictionaryPage(graph: Graph, streams: readonly Stream[]): Page {
  const datasets = Map.groupBy(
    graph.models.filter(({ target }) => !LEFT_OUT.has(target.dataset)),
    ({ target }) => target.dataset,
  );
  return {
    file: 'data-dictionary.md',
    title: 'Data dictionary',
    about: 'Every table and column, from what is loaded to the figures.',
    text: joined(
      '# Data dictionary',
      'Columns marked **key** tell which row it is; those marked **pii** tell of a person, and are masked in the views of dataset `analytics` (`v_<table>`).',
      '## Loaded tables',
      'What the pipeline loads, one table a stream. Each row carries `_raw_object`, `_raw_generation` and `_row` (where it comes from), `_extracted_at` (when the source was asked), `_extra` (fields that nobody declared) and `load_timestamp`.',
      ...streams.map(streamSection),
      ...[...datasets].flatMap(([dataset, models]) => [`## ${dataset}`, LAYERS[dataset] ?? '', ...models.map(modelSection)]),
    ),
  };
}

function streamSection(stream: Stream): string {
  const { dataset, table: name, columns, partition } = streamTable(stream);
  const own = columns.filter((column) => column.name in stream.columns);
  const marks = (column: string) => [...(stream.key.includes(column) ? ['key'] : []), ...(stream.columns[column]?.privacy === 'pii' ? ['pii'] : [])].join(', ');
  return joined(
    `### ${dataset}.${name}`,
    `${sentence(stream.description)} Stream \`${stream.id}\`; partitioned by \`${partition}\`; ${
      stream.schedule === undefined ? 'files are dropped' : `asked at \`${stream.schedule.cron}\` (${stream.schedule.timeZone})`
    }.`,
    table(
      ['column', 'type', 'needed', 'marks', 'meaning'],
      own.map((column) => [code(column.name), column.type, column.mode === 'REQUIRED' ? 'yes' : '', marks(column.name), column.description]),
    ),
  ).trimEnd();
}

function modelSection({ target, kind, description, columns, uniqueKey, partitionBy, clusterBy }: Model): string {
  const facts = [
    { view: 'View', table: 'Table', incremental: 'Table that grows' }[kind],
    ...(uniqueKey.length === 0 ? [] : [`merged by ${uniqueKey.map(code).join(', ')}`]),
    ...(partitionBy === '' ? [] : [`partitioned by ${code(partitionBy)}`]),
    ...(clusterBy.length === 0 ? [] : [`clustered by ${clusterBy.map(code).join(', ')}`]),
  ];
  return joined(
    `### ${idOf(target)}`,
    `${sentence(description)} ${facts.join('; ')}.`,
    table(
      ['column', 'marks', 'meaning'],
      columns.map((column) => [code(column.name), column.tags.join(', '), column.description]),
    ),
  ).trimEnd();
}
