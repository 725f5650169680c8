import type { Stream } from '../../shared/stream.ts';
import { LEDGER, LOADS_TABLE } from '../../shared/warehouse/ledger.ts';
import { streamTable } from '../../shared/warehouse/stream-table.ts';
import type { Column } from '../../shared/warehouse/table.ts';
import { readSchedule } from './schedules.ts';

/** A file of the Dataform project that is written from the streams. */
export interface SourceFile {
  /** Its path in the project. */
  readonly name: string;
  readonly text: string;
}

const LINE = 160;
const HEAD = '// Written by `npm run models -- sources` from shared/streams; a test compares them.\n';

/** Everything that the Dataform project has from the streams: a file of declarations for each source, and the schedules. */
export function writtenFiles(streams: readonly Stream[], builtIn: readonly Stream[]): readonly SourceFile[] {
  return [...sourceFiles(streams, builtIn), schedulesFile(streams)];
}

/** The folder of the declarations, which holds nothing else. */
export const SOURCES_FOLDER = 'definitions/sources';

function sourceFiles(streams: readonly Stream[], builtIn: readonly Stream[]): readonly SourceFile[] {
  const bySource = Map.groupBy([...streams, ...builtIn], (stream) => stream.source.name);
  return [...bySource].map(([source, own]) => {
    const declarations = own.map(declaration);
    if (builtIn.includes(own[0] as Stream)) declarations.push(loads(), ledger());
    return { name: `${SOURCES_FOLDER}/${source}.js`, text: [HEAD, ...declarations].join('\n') };
  });
}

/** All streams, each with its schedule; null where nobody asks by the clock. */
function schedulesFile(streams: readonly Stream[]): SourceFile {
  const entries = streams.flatMap((stream) => ['  {', ...streamLines(stream), '  },']);
  return { name: 'includes/schedules.js', text: [HEAD, 'const streams = [', ...entries, '];', '', 'module.exports = { streams };', ''].join('\n') };
}

function streamLines(stream: Stream): readonly string[] {
  const schedule = readSchedule(stream);
  const names = [entry('    ', 'source', quoted(stream.source.name)), entry('    ', 'stream', quoted(stream.name))];
  if (schedule === null) return [...names, '    schedule: null,'];
  const { cron, timeZone, minutes, weekDays, monthDays, months } = schedule;
  const members = [
    entry('      ', 'cron', quoted(cron)),
    entry('      ', 'timeZone', quoted(timeZone)),
    ...numbers('      ', 'minutes', minutes),
    entry('      ', 'weekDays', quoted(weekDays)),
    entry('      ', 'monthDays', quoted(monthDays)),
    entry('      ', 'months', quoted(months)),
  ];
  return [...names, '    schedule: {', ...members, '    },'];
}

function declaration(stream: Stream): string {
  const { dataset, table, description, columns } = streamTable(stream);
  return declare(dataset, table, description, columns, (name) => stream.columns[name]?.privacy === 'pii' || name === '_extra');
}

function loads(): string {
  return declare(LOADS_TABLE.dataset, LOADS_TABLE.table, LOADS_TABLE.description, LOADS_TABLE.columns, () => false);
}

function ledger(): string {
  return declare(LEDGER.dataset, LEDGER.table, 'The ledger: one row for every generation of a raw object that came to an end', [], () => false);
}

function declare(schema: string, name: string, description: string, columns: readonly Column[], isPii: (name: string) => boolean): string {
  const lines = columns.map((column) => entry('    ', column.name, isPii(column.name) ? tagged(column) : quoted(column.description)));
  return [
    'declare({',
    entry('  ', 'schema', quoted(schema)),
    entry('  ', 'name', quoted(name)),
    entry('  ', 'description', quoted(description)),
    ...(lines.length === 0 ? [] : ['  columns: {', ...lines, '  },']),
    '});\n',
  ].join('\n');
}

function tagged({ description }: Column): string {
  return `{ description: ${quoted(description)}, tags: ['pii'] }`;
}

/** A member of an object, broken as the formatter does. */
export function entry(indent: string, name: string, value: string): string {
  const line = `${indent}${name}: ${value},`;
  return line.length <= LINE ? line : `${indent}${name}:\n${indent}  ${value},`;
}

/** A list of numbers, on one line or in lines that are full, as the formatter does. */
function numbers(indent: string, name: string, list: readonly number[]): readonly string[] {
  const line = `${indent}${name}: [${list.join(', ')}],`;
  if (line.length <= LINE) return [line];
  const lines: string[] = [];
  for (const number of list) {
    const longer = `${lines.at(-1)} ${number},`;
    if (lines.length > 0 && longer.length <= LINE) lines[lines.length - 1] = longer;
    else lines.push(`${indent}  ${number},`);
  }
  return [`${indent}${name}: [`, ...lines, `${indent}],`];
}

/** A text in quotes of JavaScript. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return `${quote}${text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`;
}
