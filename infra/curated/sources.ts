import type { Stream } from '../../shared/stream.ts';
import { LEDGER, LOADS_TABLE } from '../../shared/warehouse/ledger.ts';
import { streamTable } from '../../shared/warehouse/stream-table.ts';
import type { Column } from '../../shared/warehouse/table.ts';

/** A file of the Dataform project that is written from the streams. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

const LINE = 160;
const HEAD = '// Written by `npm run models -- sources` from shared/streams; a test compares them.\n';

/** The source declarations of the Dataform project, one file for each source. */
export function sourceFiles(streams: readonly Stream[], builtIn: readonly Stream[]): readonly SourceFile[] {
  const bySource = Map.groupBy([...streams, ...builtIn], (stream) => stream.source.name);
  return [...bySource].map(([source, own]) => {
    const declarations = own.map(declaration);
    if (builtIn.includes(own[0] as Stream)) declarations.push(loads(), ledger());
    return { name: `${source}.js`, text: [HEAD, ...declarations].join('\n') };
  });
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

/** As the formatter breaks it. */
function entry(indent: string, name: string, value: string): string {
  const line = `${indent}${name}: ${value},`;
  return line.length <= LINE ? line : `${indent}${name}:\n${indent}  ${value},`;
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return `${quote}${text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`;
}
