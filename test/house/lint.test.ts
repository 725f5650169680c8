import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ImportReport } from '../../.lint/imports.ts';
import type { SqlReport } from '../../.lint/sql.ts';

/**
 * `examples/house` is a small product that uses everything the rules allow. Each folder in `examples/code` (biome),
 * `examples/imports` (dependency-cruiser) and `examples/sql` has the files that, laid over it, break the rule of that name and
 * no other. A trailing `// !`, in SQL `-- !`, marks the lines to be reported.
 */
const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(import.meta.dirname, 'examples');
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
const CRUISE = join(ROOT, '.lint/imports.ts');
const SQL = join(ROOT, '.lint/sql.ts');
const require = createRequire(import.meta.url);

const codeRules = await readdir(join(EXAMPLES, 'code'));
const importRules = await readdir(join(EXAMPLES, 'imports'));
const sqlRules = await readdir(join(EXAMPLES, 'sql'));
let trees: string;

beforeAll(async () => {
  trees = await realpath(await mkdtemp(join(tmpdir(), 'house-')));
  const examples = [...codeRules.map((rule) => `code/${rule}`), ...importRules.map((rule) => `imports/${rule}`), ...sqlRules.map((rule) => `sql/${rule}`)];
  await Promise.all([plant('house'), ...examples.map(plant)]);
});

afterAll(async () => {
  await rm(trees, { recursive: true });
});

describe('code rules', () => {
  let found: Map<string, readonly Diagnostic[]>;

  beforeAll(async () => {
    const checked = ['house', ...codeRules.map((rule) => `code/${rule}`)];
    found = new Map(await Promise.all(checked.map(async (tree) => [tree, await lint(tree)] as const)));
  });

  test('a tree that breaks none passes', () => {
    expect(found.get('house')).toEqual([]);
  });

  test.each(codeRules)('%s is reported, alone, on each marked line', async (rule) => {
    const reported = found.get(`code/${rule}`) ?? [];
    expect(new Set(reported.map((diagnostic) => diagnostic.rule))).toEqual(new Set([rule]));
    expect(new Set(reported.map(({ place }) => place))).toEqual(new Set(await marks(join(EXAMPLES, 'code', rule))));
  });

  test('each rule that the settings name has an example', async () => {
    const settings = await readFile(join(ROOT, '.biome.jsonc'), 'utf8');
    const named = [...settings.matchAll(/"(\w+)": (?:"error"|\{ "level": "error")/g)].map(([, rule]) => rule);
    const plugins = await Promise.all(['clock.grit', 'imports.grit'].map((file) => readFile(join(ROOT, '.lint', file), 'utf8')));
    const own = plugins.flatMap((plugin) => [...plugin.matchAll(/message ?= ?"([\w-]+):/g)].map(([, rule]) => rule));
    expect([...named, ...own].sort()).toEqual([...codeRules].sort());
  });
});

describe('import rules', () => {
  let found: Map<string, ImportReport>;

  beforeAll(async () => {
    found = await cruise(['house', ...importRules.map((rule) => `imports/${rule}`)]);
  });

  test('a tree that breaks none passes', () => {
    expect(found.get('house')?.violations).toEqual([]);
  });

  test.each(importRules)('%s is reported, alone, for a file of its example', async (rule) => {
    const violations = found.get(`imports/${rule}`)?.violations ?? [];
    const example = await files(join(EXAMPLES, 'imports', rule));
    expect(new Set(violations.map((violation) => violation.rule))).toEqual(new Set([rule]));
    expect(violations.filter(({ from, to }) => !example.some((file) => file === from || to.includes(file)))).toEqual([]);
  });

  test('each rule that the settings name has an example', () => {
    const { forbidden } = require(join(ROOT, '.dependency-cruiser.cjs')) as { forbidden: { name: string }[] };
    expect(forbidden.map(({ name }) => name).sort()).toEqual([...importRules].sort());
  });

  test('a cruise that leaves files out fails on each of them', async () => {
    const report = (await cruise(['house'], `--config=${join(EXAMPLES, 'half-blind.cjs')}`)).get('house');
    const leftOut = report?.violations.filter(({ rule }) => rule === 'every-file-is-cruised').map(({ from }) => from) ?? [];
    const product = (await files(join(EXAMPLES, 'house'))).filter((file) => /^(shared|infra)\/.*\.ts$/.test(file));
    expect(leftOut.sort()).toEqual(product.sort());
  });
});

describe('SQL rules', () => {
  let found: Map<string, SqlReport>;

  beforeAll(async () => {
    const roots = ['house', ...sqlRules.map((rule) => `sql/${rule}`)].map((name) => join(trees, name));
    const reports = JSON.parse(await run(ROOT, [SQL, '--json', ...roots])) as SqlReport[];
    found = new Map(reports.map((report) => [relative(trees, report.root), report]));
  });

  test('a tree that breaks none passes', () => {
    expect(found.get('house')).toMatchObject({ models: 2, violations: [] });
  });

  test.each(sqlRules)('%s is reported, alone, on each marked line', async (rule) => {
    const violations = found.get(`sql/${rule}`)?.violations ?? [];
    expect(new Set(violations.map((violation) => violation.rule))).toEqual(new Set([rule]));
    expect(violations.map(({ place }) => place)).toEqual(await marks(join(EXAMPLES, 'sql', rule)));
  });

  test('each rule that the settings name has an example', async () => {
    const settings = await readFile(SQL, 'utf8');
    expect([...settings.matchAll(/^ +(?:\{ )?name: '([\w-]+)'/gm)].map(([, rule]) => rule).sort()).toEqual([...sqlRules].sort());
  });

  test('the lint step checks the models', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect(scripts.lint).toContain('node .lint/sql.ts');
  });
});

interface Diagnostic {
  readonly rule: string;
  readonly place: string;
}

/** Lays the example over the house, with the settings of this repository and an empty package for each name in package.json. */
async function plant(example: string): Promise<void> {
  const tree = join(trees, example);
  await cp(join(EXAMPLES, 'house'), tree, { recursive: true });
  if (example !== 'house') await cp(join(EXAMPLES, example), tree, { recursive: true });
  await cp(join(ROOT, '.biome.jsonc'), join(tree, '.biome.jsonc'));
  await cp(join(ROOT, '.lint'), join(tree, '.lint'), { recursive: true });
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(tree, 'package.json'), 'utf8'));
  await Promise.all(['undeclared', ...Object.keys({ ...dependencies, ...devDependencies })].map((name) => install(join(tree, 'node_modules', name))));
}

async function install(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "main": "index.js" }');
  await writeFile(join(folder, 'index.js'), '');
}

async function lint(tree: string): Promise<Diagnostic[]> {
  const output = await run(join(trees, tree), [BIOME, 'lint', '--reporter=json', '--max-diagnostics=none', 'functions', 'shared', 'infra', 'test']);
  const { diagnostics } = JSON.parse(output) as { diagnostics: { category: string; message: string; location: { path: string; start: { line: number } } }[] };
  return diagnostics.map(({ category, message, location }) => ({
    rule: category === 'plugin' ? String(message.split(':')[0]) : category.replace(/^.*\//, ''),
    place: `${location.path}:${Math.max(location.start.line, 1)}`,
  }));
}

async function cruise(names: readonly string[], ...options: string[]): Promise<Map<string, ImportReport>> {
  const roots = names.map((name) => join(trees, name));
  const reports = JSON.parse(await run(ROOT, [CRUISE, '--json', ...options, ...roots])) as ImportReport[];
  return new Map(reports.map((report) => [relative(trees, report.root), report]));
}

/** Resolves to stdout whether the command passes or not: what it reports is what is tested. */
async function run(cwd: string, command: readonly string[]): Promise<string> {
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, [...command], { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(`${command.join(' ')} printed nothing: ${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}

async function marks(folder: string): Promise<string[]> {
  const marked = (await files(folder)).map(async (file) => {
    const lines = (await readFile(join(folder, file), 'utf8')).split('\n');
    return lines.flatMap((line, index) => (/(?:\/\/|--) !$/.test(line) ? `${file}:${index + 1}` : []));
  });
  return (await Promise.all(marked)).flat();
}

async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(relative(folder, entry.parentPath), entry.name));
}
