import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { POWER_BI_DIR } from '../../../infra/power-bi/project-files.ts';
import { type ParsedObject, parseTmdl } from './tmdl-parser.ts';

/** A table as its file says. */
export interface WrittenTable {
  readonly table: ParsedObject;
  readonly columns: readonly ParsedObject[];
  readonly measures: readonly ParsedObject[];
  readonly partition: ParsedObject;
}

/** The project as it is in its folder: read from the files, not from what writes them. */
export interface WrittenModel {
  readonly files: ReadonlyMap<string, string>;
  readonly objects: ReadonlyMap<string, readonly ParsedObject[]>;
  readonly tables: ReadonlyMap<string, WrittenTable>;
  readonly relations: readonly ParsedObject[];
}

/** Every file of the project but the code that writes it, by its path; not what Power BI Desktop keeps there for a person. */
export function writtenFiles(): ReadonlyMap<string, string> {
  const entries = readdirSync(POWER_BI_DIR, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => relative(POWER_BI_DIR, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  const own = paths.filter((path) => path.startsWith('crm.') && !path.includes('/.pbi/'));
  return new Map(own.map((path) => [path, readFileSync(join(POWER_BI_DIR, path), 'utf8')]));
}

export function readModel(): WrittenModel {
  const files = writtenFiles();
  const tmdl = [...files].filter(([path]) => path.endsWith('.tmdl'));
  const objects = new Map(tmdl.map(([path, text]) => [path, parsed(path, text)] as const));
  const all = [...objects.values()].flat();
  return {
    files,
    objects,
    tables: new Map(all.filter(({ type }) => type === 'table').map((table) => [table.name, writtenTable(table)])),
    relations: all.filter(({ type }) => type === 'relationship'),
  };
}

/** The two ends of a relation, as `table.column`. */
export function endsOf({ properties }: ParsedObject): { readonly from: string; readonly to: string } {
  const end = (name: string) => (properties.get(name) ?? '').replaceAll("'", '');
  return { from: end('fromColumn'), to: end('toColumn') };
}

/** What a table is filled from: Power Query or DAX. */
export function sourceOf({ partition }: Pick<WrittenTable, 'partition'>): string {
  return partition.properties.get('source') ?? '';
}

/** Names that come again, in whatever case. */
export function repeated(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) !== index);
}

function parsed(path: string, text: string): readonly ParsedObject[] {
  try {
    return parseTmdl(text);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

function writtenTable(table: ParsedObject): WrittenTable {
  const of = (type: string) => table.children.filter((child) => child.type === type);
  const [partition] = of('partition');
  if (partition === undefined) throw new Error(`${table.name}: no partition`);
  return { table, columns: of('column'), measures: of('measure'), partition };
}
