import type { ColumnDeclaration } from '../../shared/stream.ts';
import { counted } from '../cli/progress.ts';
import type { Proposal } from './proposal.ts';
import { sentence } from './proposal.ts';

/** What a stream is called, in the three ways in which it has to be. */
export interface StreamName {
  readonly source: string;
  readonly stream: string;
  /** Constants: of the source's declaration and of the stream's. */
  readonly sourceConstant: string;
  readonly constant: string;
}

/** Where a stream is asked for. */
export interface Endpoint {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** A stream's declaration as TypeScript, not yet formatted. */
export function declarationText(names: StreamName, proposal: Proposal, origin: { file: string; pointer: string; count: number; endpoint?: Endpoint }): string {
  const { columns, reasons, key, cursor } = proposal;
  const merges = key.columns.length > 0;
  return [
    `import { defineStream, ${merges ? 'merge' : 'replace'} } from '../../stream.ts';`,
    `import { ${names.sourceConstant} } from './source.ts';`,
    '',
    '/**',
    ` * Proposed by new-stream from ${origin.file} (${counted(origin.count, 'record')}), to be reviewed: what all of them have is required.`,
    ` * Key: ${key.columns.join(', ') || 'none'} (${key.reason}).`,
    ` * Cursor: ${cursor.columns.join(', ') || 'none'} (${cursor.reason}).`,
    ' */',
    `export const ${names.constant} = defineStream({`,
    `source: ${names.sourceConstant},`,
    `name: ${quoted(names.stream)},`,
    `description: ${quoted(`${sentence(names.stream)} (to be reviewed)`)},`,
    ...(origin.endpoint === undefined ? [] : [`request: () => (${requestText(origin.endpoint)}),`]),
    ...(origin.pointer === '' ? [] : [`records: ${quoted(origin.pointer)},`]),
    'columns: {',
    ...Object.entries(columns).flatMap(([name, column]) => [
      ...(reasons[name] === undefined ? [] : [`// ${reasons[name]}`]),
      `${name}: ${columnText(column)},`,
    ]),
    '},',
    ...(merges ? [`key: [${key.columns.map(quoted).join(', ')}],`] : []),
    `write: ${merges ? 'merge()' : 'replace()'},`,
    `table: { dataset: ${quoted(names.source)}, name: ${quoted(names.stream)} },`,
    '});',
    '',
  ].join('\n');
}

/** A new source's declaration: one that files are dropped for, or one that has an address. */
export function sourceText({ source, sourceConstant }: StreamName, hasAddress: boolean): string {
  const title = sentence(source);
  if (!hasAddress) {
    return `import { defineSource } from '../../source.ts';

/** ${title}: files that people drop (to be reviewed). */
export const ${sourceConstant} = defineSource({ name: ${quoted(source)}, title: ${quoted(title)}, settings: {}, auth: { type: 'none' } });
`;
  }
  return `import { defineSource, url } from '../../source.ts';

/** ${title} (to be reviewed): how it knows who asks, and what its refusals mean. */
export const ${sourceConstant} = defineSource({
  name: ${quoted(source)},
  title: ${quoted(title)},
  settings: { baseUrl: url(${quoted(addressVariable(source))}, 'Address of the API') },
  baseUrl: 'baseUrl',
  auth: { type: 'none' },
});
`;
}

/** The setting that holds a source's address. */
export function addressVariable(source: string): string {
  return `${source.toUpperCase()}_BASE_URL`;
}

/** A column's declaration as an object literal. */
export function columnText(column: Partial<ColumnDeclaration>): string {
  const members = Object.entries(column).map(([name, value]) => `${name}: ${valueText(value)}`);
  return `{ ${members.join(', ')} }`;
}

function requestText({ path, query }: Endpoint): string {
  const members = Object.entries(query).map(([name, value]) => `${quoted(name)}: ${quoted(value)}`);
  return `{ path: ${quoted(path)}${members.length === 0 ? '' : `, query: { ${members.join(', ')} }`} }`;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** A text as a literal of the source; whatever it holds, it stays one. */
function quoted(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", "\\'")
    .replaceAll(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)}'`;
}
