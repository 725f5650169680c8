import { chmod, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import writeFileAtomic from 'write-file-atomic';

/** To make an empty database takes PGlite seconds, to copy one tenths of a second: one is made per version of PGlite and kept here. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/crm-data-pipeline');
const extensions = { pgcrypto };

/** Opens the database of a folder, which it makes where there is none; one in memory where no folder is given. */
export async function openPglite(dir: string | undefined, cache = CACHE): Promise<PGlite> {
  if (dir === undefined) return await newDatabase(undefined, cache);
  if (!(await isThere(join(dir, 'PG_VERSION')))) await makeWhole(dir, cache);
  // PGlite makes its files for everybody to write: pg_hba.conf, credentials and contacts.
  await chmod(dir, 0o700);
  return await PGlite.create({ dataDir: dir, extensions });
}

/** The folder is there when all of the database is in it: who is stopped half-way leaves none. */
async function makeWhole(dir: string, cache: string): Promise<void> {
  const unfinished = `${dir}.new`;
  await mkdir(dirname(dir), { recursive: true });
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await (await newDatabase(unfinished, cache)).close();
  await rename(unfinished, dir);
}

async function newDatabase(dir: string | undefined, cache: string): Promise<PGlite> {
  const options = { ...(dir === undefined ? {} : { dataDir: dir }), extensions };
  const template = join(cache, `pglite-${await version()}.tar.gz`);
  if (await isThere(template)) {
    const loadDataDir = new Blob([await readFile(template)], { type: 'application/gzip' });
    return await PGlite.create({ ...options, loadDataDir });
  }
  const db = await PGlite.create(options);
  await keep(template, db);
  return db;
}

/** Without a template everything works, only slower. */
async function keep(template: string, db: PGlite): Promise<void> {
  try {
    await mkdir(dirname(template), { recursive: true });
    await writeFileAtomic(template, Buffer.from(await (await db.dumpDataDir('gzip')).arrayBuffer()));
  } catch (error) {
    if (!['EACCES', 'EROFS', 'ENOSPC'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

async function version(): Promise<string> {
  const manifest = createRequire(import.meta.url)
    .resolve('@electric-sql/pglite')
    .replace(/dist[/\\].*$/, 'package.json');
  return JSON.parse(await readFile(manifest, 'utf8')).version;
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
