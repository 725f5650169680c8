import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { QueryResult, Warehouse } from '../../shared/warehouse/warehouse.ts';
import { idOf, type Model } from '../curated/graph.ts';
import type { FileWriter, OpenWriter } from './file-writer.ts';
import type { ExportTarget } from './target.ts';

/** One view as the manifest tells of it. */
export interface ExportedView {
  readonly view: string;
  readonly description: string;
  readonly rows: number;
  /** The newest `as_of` of its rows; null where it has none. */
  readonly as_of: string | null;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly description: string }[];
  readonly files: readonly ExportedFile[];
}

export interface ExportedFile {
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface ExportOptions {
  readonly warehouse: Warehouse;
  readonly views: readonly Model[];
  /** By the ending of the files. */
  readonly writers: Readonly<Record<string, OpenWriter>>;
  readonly target: ExportTarget;
  /** RFC 3339, UTC. */
  readonly madeAt: string;
  /** Is told of each view when its files are there, and how many of them replaced others. */
  readonly onView: (view: ExportedView, replaced: number) => void;
}

export const MANIFEST = 'manifest.json';

/** Writes each view in each format, one after the other, and last the manifest, which tells what belongs together. */
export async function exportViews(options: ExportOptions): Promise<readonly ExportedView[]> {
  const { target, madeAt, views, onView } = options;
  const exported: ExportedView[] = [];
  for (const view of views) {
    const written = await writeView(options, view);
    let replaced = 0;
    for (const { name } of written.files) if (await target.put(name)) replaced += 1;
    exported.push(written);
    onView(written, replaced);
  }
  await writeFile(join(target.workDir, MANIFEST), `${JSON.stringify({ made_at: madeAt, views: exported }, undefined, 2)}\n`, { flush: true });
  await target.put(MANIFEST);
  return exported;
}

async function writeView({ warehouse, writers, target }: ExportOptions, view: Model): Promise<ExportedView> {
  const names = Object.keys(writers).map((ending) => `${view.target.name}.${ending}`);
  const files: FileWriter[] = [];
  let columns: QueryResult['columns'] = [];
  let rows = 0;
  let asOf: string | null = null;
  try {
    await warehouse.scan(selectSql(view), async (page) => {
      if (files.length === 0) {
        ({ columns } = page);
        for (const [ending, open] of Object.entries(writers)) files.push(await open(join(target.workDir, `${view.target.name}.${ending}`), columns));
      }
      for (const file of files) await file.write(page);
      rows += page.rows.length;
      asOf = newest(asOf, page);
    });
    for (const file of files) await file.close();
  } catch (error) {
    await Promise.allSettled(files.map((file) => file.abandon()));
    throw error;
  }
  const described = new Map(view.columns.map(({ name, description }) => [name, description]));
  return {
    view: view.target.name,
    description: view.description,
    rows,
    as_of: asOf,
    columns: columns.map(({ name, type }) => ({ name, type, description: described.get(name) ?? '' })),
    files: await Promise.all(names.map((name) => fileOf(target.workDir, name))),
  };
}

/** In the order of its keys: the same rows make the same file. */
function selectSql({ target, columns }: Model): string {
  const keys = columns.flatMap(({ tags }, place) => (tags.includes('key') ? [place + 1] : []));
  return `SELECT ${columns.map(({ name }) => `\`${name}\``).join(', ')} FROM ${idOf(target)}${keys.length === 0 ? '' : ` ORDER BY ${keys.join(', ')}`}`;
}

function newest(before: string | null, { columns, rows }: QueryResult): string | null {
  const place = columns.findIndex(({ name }) => name === 'as_of');
  return rows.reduce<string | null>((last, row) => {
    const value = row[place] ?? null;
    return value !== null && (last === null || String(value) > last) ? String(value) : last;
  }, before);
}

async function fileOf(dir: string, name: string): Promise<ExportedFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(join(dir, name))) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { name, bytes, sha256: hash.digest('hex') };
}
