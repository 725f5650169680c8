import { isAsked, type Stream } from '../../../shared/stream.ts';
import { streamTable } from '../../../shared/warehouse/stream-table.ts';
import { deployed, streamNamed } from '../deployed.ts';
import { flag, optional } from '../parameter.ts';
import { table } from '../table.ts';
import { defineVerb } from '../verb.ts';

export const streams = defineVerb({
  name: 'streams',
  summary: 'Lists the streams, or shows the data dictionary of one',
  details: 'Everything comes from the declarations in shared/streams: nothing is asked and nothing needs to have run.',
  examples: ['npm run pipeline -- streams', 'npm run pipeline -- streams ezfocus/accounts'],
  operands: { stream: optional('<source>/<stream>', 'Its data dictionary', streamNamed) },
  options: { json: flag('One array of objects, or the object of one stream') },
  state: 'none',
  onCloud: false,
  async run(context, { stream, json }) {
    if (json) context.out(JSON.stringify(stream === undefined ? deployed.streams.map(dictionary) : dictionary(stream)));
    else if (stream === undefined) context.out(list(deployed.streams));
    else for (const line of describe(stream)) context.out(line);
    return 0;
  },
});

function list(all: readonly Stream[]): string {
  const rows = all.map((stream) => [stream.id, `${stream.table.dataset}.${stream.table.name}`, writeText(stream), scheduleText(stream), stream.description]);
  return table(['stream', 'table', 'write', 'schedule', 'description'], rows, Number.POSITIVE_INFINITY);
}

/** What a stream's declaration says, as plain data. */
function dictionary(stream: Stream) {
  const { columns, ...spec } = streamTable(stream);
  return {
    stream: stream.id,
    description: stream.description,
    table: `${spec.dataset}.${spec.table}`,
    partition: spec.partition,
    cluster: spec.cluster,
    key: stream.key,
    write: stream.write,
    unknown: stream.unknown,
    gates: stream.expect,
    schedule: stream.schedule ?? null,
    asked: !isAsked(stream) ? null : { pages: stream.pages.type, window: stream.window ?? null, report: stream.report !== undefined },
    rules: stream.rules.map(({ name, fields, expected, severity }) => ({ rule: name, fields, expected, severity })),
    columns: columns.map((column) => ({
      ...column,
      field: stream.columns[column.name]?.page ?? stream.columns[column.name]?.field ?? column.name,
      privacy: stream.columns[column.name]?.privacy ?? null,
    })),
  };
}

function describe(stream: Stream): string[] {
  const { columns, ...spec } = streamTable(stream);
  const { min, drop, rejects, band, columns: needed } = stream.expect;
  return [
    `${stream.id}: ${stream.description}`,
    '',
    `  table     ${spec.dataset}.${spec.table}, partitioned by ${spec.partition}, clustered by ${spec.cluster.join(', ') || 'nothing'}`,
    `  key       ${stream.key.join(', ') || 'none'}`,
    `  write     ${writeText(stream)}`,
    `  asked     ${askedText(stream)}`,
    `  schedule  ${scheduleText(stream)}`,
    `  unknown   ${unknownText(stream)}`,
    `  gates     at least ${min} records; rejects up to ${percent(rejects)}; a loss of ${percent(drop)} of the rows or more${needed.length === 0 ? '' : `; without ${needed.join(', ')}`}`,
    ...(band === undefined ? [] : [`  expected  ${band[0]} to ${band[1]} records, else a warning`]),
    '',
    table(
      ['column', 'type', 'mode', 'description', 'rules'],
      columns.map(({ name, type, mode, description }) => [name, type, mode, description, rulesOf(stream, name)]),
      Number.POSITIVE_INFINITY,
    ),
  ];
}

function rulesOf(stream: Stream, column: string): string {
  const casting = stream.columns[column]?.invalid === 'null' ? ['null if not castable, with a warning'] : [];
  const rules = stream.rules.filter(({ fields }) => fields.includes(column)).map(({ name, expected, severity }) => `${name}: ${expected} (${severity})`);
  return [...casting, ...rules].join('; ');
}

function writeText({ write, key }: Stream): string {
  if (write.mode === 'merge') return `merge (the newest version of each ${key.join(', ')} wins)`;
  const scope = {
    table: () => 'a newer object replaces the whole table',
    object: () => 'an object replaces its own earlier generation',
    generation: () => 'every generation stays',
    date: () => `a newer object replaces each ${'column' in write ? write.column : 'date'} that it has`,
  };
  return `replace (${scope[write.scope]()}${key.length === 0 ? '' : ', last record of a key wins'})`;
}

function scheduleText({ schedule }: Stream): string {
  return schedule === undefined ? 'none' : `${schedule.cron} ${schedule.timeZone}`;
}

function askedText({ request, pages, window, report }: Stream): string {
  if (request === undefined) return 'never: files are dropped';
  const since = { instant: 'changes', day: 'whole days' };
  const what = window === undefined ? 'for the full set' : `for ${since[window.grain]} since the last run less ${window.overlap}`;
  return [what, pages.type === 'none' ? 'in one answer' : `page by page (${pages.type})`, ...(report === undefined ? [] : ['through a report'])].join(', ');
}

function unknownText({ unknown }: Stream): string {
  return {
    extra: 'fields not listed travel in the JSON column _extra',
    columns: 'fields not listed become STRING columns',
    none: 'fields not listed are left out',
  }[unknown];
}

function percent(share: number): string {
  return `${share * 100} %`;
}
