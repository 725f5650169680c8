import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { scriptArguments } from './script-arguments.ts';

/** `npm run build [-- <folder>]`: what is deployed, as JavaScript, with the product's packages and no others; default dist. */
const ROOT = join(import.meta.dirname, '..');
const HELP = 'npm run build [-- <folder>]   writes the package that is deployed; default dist';

/** What of package.json the lock file is checked against, and what the runtime reads. */
const KEPT = ['name', 'version', 'license', 'private', 'type', 'engines', 'dependencies', 'devDependencies', 'overrides', 'allowScripts'] as const;

/** What a folder has that an earlier build has made, or that has room for one. */
const MADE = new Set(['functions', 'shared', 'package.json', 'package-lock.json', 'node_modules']);

const {
  positionals: [folder = 'dist'],
} = scriptArguments(HELP, { allowPositionals: true }, ({ positionals: [to, ...surplus] }) => {
  if (surplus.length > 0) return 'one folder is enough';
  if (to === undefined) return undefined;
  const others = filesOf(resolve(to)).filter((name) => !MADE.has(name));
  return others.length === 0 ? undefined : `${resolve(to)} would be emptied, and has what no build has made (${others.slice(0, 3).join(', ')})`;
});
await build(resolve(folder));

function filesOf(dir: string): readonly string[] {
  return existsSync(dir) ? readdirSync(dir) : [];
}

async function build(dist: string): Promise<void> {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await compile(dist);
  const settings = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const kept = Object.fromEntries(KEPT.map((key) => [key, settings[key]]));
  await writeFile(join(dist, 'package.json'), `${JSON.stringify({ ...kept, main: 'functions/index.js' }, null, 2)}\n`);
  await copyFile(join(ROOT, 'package-lock.json'), join(dist, 'package-lock.json'));
  process.stdout.write(`${dist}: npm ci --omit=dev && npx functions-framework --target=extract (or transform, load, sync, deliver)\n`);
}

async function compile(dist: string): Promise<void> {
  const project = join(ROOT, '.build.tsconfig.json');
  const compilerOptions = { noEmit: false, rewriteRelativeImportExtensions: true, rootDir: '.', outDir: relative(ROOT, dist) };
  await writeFile(project, JSON.stringify({ extends: './tsconfig.json', compilerOptions, include: ['functions', 'shared'] }));
  try {
    await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project]);
  } catch (error) {
    throw new Error(`the product does not compile:\n${(error as { stdout?: string }).stdout ?? error}`, { cause: error });
  } finally {
    await rm(project, { force: true });
  }
}
