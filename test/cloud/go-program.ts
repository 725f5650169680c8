import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A program in a Go module of somebody else, or in a folder here. */
export type GoProgram =
  | { readonly name: string; readonly module: string; readonly version: string; readonly package: string }
  | { readonly name: string; readonly folder: string };

const run = promisify(execFile);
const HOME = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const CACHE = join(HOME, 'crm-data-pipeline', 'emulators');
const MAX_OUTPUT = 64 * 1024 * 1024;

/** The path of the built program; built once per version. Checksums are verified by Go, against its database or the go.sum here. */
export async function installed(program: GoProgram): Promise<string> {
  const version = 'version' in program ? program.version : await digest(program.folder);
  const folder = join(CACHE, `${program.name}@${version}`);
  const path = join(folder, program.name);
  if (await exists(path)) return path;
  await requireGo();
  process.stdout.write(`${program.name}@${version}: building, once, into ${folder}\n`);
  await mkdir(folder, { recursive: true });
  const partial = `${path}.${process.pid}`;
  const [source, target] = 'module' in program ? [await download(program.module, program.version), `./${program.package}`] : [program.folder, '.'];
  await go(['build', '-trimpath', '-buildvcs=false', '-o', partial, target], source);
  await rename(partial, path);
  return path;
}

/**
 * Fetches a module and tells where it is. Not `go install <module>@<version>`: that asks the proxy for the list of all versions too, and
 * not every proxy gives it.
 */
async function download(module: string, version: string): Promise<string> {
  const { Dir } = JSON.parse(await go(['mod', 'download', '-json', `${module}@${version}`], homedir())) as { Dir: string };
  return Dir;
}

async function requireGo(): Promise<void> {
  try {
    await run('go', ['version']);
  } catch (error) {
    throw new Error('Go is missing: the emulators are Go programs. Install Go 1.26 or later (https://go.dev/dl), or run `npm test` alone.', { cause: error });
  }
}

async function go(args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await run('go', args, { cwd, maxBuffer: MAX_OUTPUT })).stdout;
  } catch (error) {
    throw new Error(`go ${args.join(' ')} failed in ${cwd}`, { cause: error });
  }
}

async function digest(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum', 'main.go']) hash.update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
