import type { Stream } from '../../shared/stream.ts';
import type { StreamRun } from './extracts.ts';
import type { Pipeline } from './pipeline.ts';
import { isGood, TRIED_AGAIN, WHY_SUPERSEDED } from './report.ts';
import { countsOf, select } from './rows.ts';
import { readNotices } from './settled-notices.ts';
import { literal } from './sql.ts';
import { type Cell, printable, table } from './table.ts';
import type { Context } from './verb.ts';

const NAMES_SHOWN = 6;
const COLUMNS_SHOWN = 4;

/** One stream as `start --json` gives it. */
export function streamReport({ stream, ending, ms }: StreamRun) {
  const { records = 0, rows = 0, rejects = 0, filtered = 0, duplicates = 0, superseded = 0, loaded = 0 } = ending?.entry ?? {};
  return { stream: stream.id, records, rows, rejects, filtered, duplicates, superseded, loaded, table: tableOf(stream), ms };
}

/** What a newcomer reads at the end: counts, findings, failures, and the commands that show more. */
export async function startSummary(
  { command }: Context,
  pipeline: Pipeline,
  runs: readonly StreamRun[],
  models: readonly string[],
): Promise<readonly string[]> {
  const headers = ['stream', 'records', 'rows', 'rejects', 'duplicates', 'superseded', 'loaded', 'ms', 'table'];
  const reports = runs.map(streamReport);
  const cells = reports.map((one) => [one.stream, one.records, one.rows, one.rejects, one.duplicates, one.superseded, one.loaded, one.ms, one.table]);
  return [
    '',
    table(headers, cells),
    ...failures(command, runs),
    ...(await findings(pipeline, runs)),
    ...section('Models: one line a dataset, then what failed', models),
    ...(await notices(command, pipeline)),
    ...nextSteps(command, runs),
  ];
}

function failures(command: Context['command'], runs: readonly StreamRun[]): string[] {
  const unloaded = runs.filter(({ ending }) => ending?.outcome !== 'loaded');
  const lines = unloaded.flatMap(({ stream, ending, problem, rerun }) => {
    if (isGood(ending)) return [`${stream.id}: ${WHY_SUPERSEDED}`];
    const why = ending?.message ?? problem ?? `${command('reconcile')} tells more`;
    return [printable(`${stream.id}: ${ending?.outcome ?? 'failed'}: ${why}`), `  ${rerun ?? TRIED_AGAIN}`];
  });
  return section('Not loaded', lines);
}

async function findings(pipeline: Pipeline, runs: readonly StreamRun[]): Promise<string[]> {
  const warnings: Cell[][] = [];
  const rejects: Cell[][] = [];
  const drift: string[] = [];
  for (const { stream, ending } of runs) {
    if (ending?.entry === undefined) continue;
    warnings.push(...counts(stream, ending.entry.warnings));
    rejects.push(...counts(stream, await rejectRules(pipeline, ending.name, ending.generation)));
    const fields = Object.keys(ending.entry.drift);
    if (fields.length > 0) drift.push(printable(`${stream.id}: ${shortened(fields)} (${stream.unknown === 'columns' ? 'a column each' : 'in _extra'})`));
  }
  return [
    ...section('Warnings: loaded all the same', countTable(warnings)),
    ...section('Rejects: kept with their reasons, not loaded', countTable(rejects)),
    ...section('Fields that no contract names', drift),
  ];
}

async function rejectRules(pipeline: Pipeline, object: string, generation: string): Promise<Readonly<Record<string, number>>> {
  const where = `_raw_object = ${literal(object)} AND _raw_generation = ${generation}`;
  const [row] = await select(pipeline, `SELECT reject_rules FROM ops.runs WHERE ${where}`);
  return row === undefined ? {} : countsOf(row, 'reject_rules');
}

function counts(stream: Stream, byRule: Readonly<Record<string, number>>): Cell[][] {
  return Object.entries(byRule).map(([rule, count]) => [stream.id, rule, count]);
}

function countTable(rows: readonly Cell[][]): string[] {
  return rows.length === 0 ? [] : table(['stream', 'field: rule', 'records'], rows).split('\n');
}

function shortened(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return more <= 0 ? names.join(', ') : `${names.slice(0, NAMES_SHOWN).join(', ')} and ${more} more`;
}

async function notices(command: Context['command'], pipeline: Pipeline): Promise<string[]> {
  const open = (await readNotices(pipeline)).filter(({ settled }) => !settled).length;
  return section('Notices', [open === 0 ? 'none: nothing needs a person' : `${open} that need a person: ${command('notices')}`]);
}

function nextSteps(command: Context['command'], runs: readonly StreamRun[]): string[] {
  const stream = runs[0]?.stream;
  const aimed = stream === undefined ? [] : [command(`query "${exampleQuery(stream)}"`), `npm run pipeline -- streams ${stream.id}`];
  return section('Where to look next', [
    ...aimed,
    command('rejects'),
    command('runs'),
    'npm run pipeline -- --help   lists everything else',
    'npm run dev                  stays up and loads every file that is copied into the raw folder',
  ]);
}

function exampleQuery(stream: Stream): string {
  return `SELECT ${Object.keys(stream.columns).slice(0, COLUMNS_SHOWN).join(', ')} FROM ${tableOf(stream)} LIMIT 5`;
}

function tableOf({ table: { dataset, name } }: Stream): string {
  return `${dataset}.${name}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
