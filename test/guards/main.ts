import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Guard } from './guard.ts';
import { guards } from './guards.ts';

const ROOT = join(import.meta.dirname, '../..');
const COPIED = [
  'functions',
  'shared',
  'infra',
  'test',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  '.biome.jsonc',
  '.dependency-cruiser.cjs',
  '.lint',
  'README.md',
  'deploy.sh',
  '.github',
  '.env.example',
];
/** What runs longer without a guard than all tests do with it is missed, too. */
const TIMEOUT_MS = 600_000;
const HELP = `Takes each guard away, one at a time, and names the test that fails without it.

  npm run test:guards                 all guards
  npm run test:guards -- order names  those whose name has one of the words

A guard that no test misses fails the command.`;

interface JestResult {
  readonly success: boolean;
  readonly numTotalTests: number;
  readonly testResults: readonly { readonly message: string; readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[] }[];
}

/** Runs tests in the copy; the name of the first one that fails, or undefined when all pass. */
function firstFailure(folder: string, paths: readonly string[]): string | undefined {
  const jest = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    '--testPathIgnorePatterns=/node_modules/',
    '--json',
    '--bail=1',
    '--passWithNoTests',
  ];
  const { stdout, status, signal } = spawnSync(process.execPath, [...jest, ...paths], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const start = stdout.indexOf('{"num');
  // Some guards keep the tests from running away with the memory or the time.
  if (start < 0) return `the tests ended without results (${signal ?? `exit ${status}`})`;
  const result = JSON.parse(stdout.slice(start)) as JestResult;
  if (result.numTotalTests === 0) throw new Error(`there are no tests in ${paths.join(', ')}`);
  if (result.success) return undefined;
  const failed = result.testResults.flatMap((file) => file.assertionResults).find((one) => one.status === 'failed');
  return (
    failed?.fullName ??
    result.testResults
      .find((file) => file.message !== '')
      ?.message.split('\n')
      .find((line) => line.trim() !== '') ??
    'the suite did not run'
  );
}

async function withoutGuard(folder: string, guard: Guard): Promise<string | undefined> {
  const file = join(folder, guard.file);
  const source = await readFile(file, 'utf8');
  const places = source.split(guard.find).length - 1;
  if (places !== 1) throw new Error(`guard "${guard.name}": its text stands ${places} times in ${guard.file}`);
  await writeFile(
    file,
    source.replace(guard.find, () => guard.replace),
  );
  try {
    return firstFailure(folder, guard.tests) ?? firstFailure(folder, []);
  } finally {
    await writeFile(file, source);
  }
}

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  const chosen = guards.filter((guard) => words.length === 0 || words.some((word) => guard.name.includes(word)));
  const folder = await mkdtemp(join(tmpdir(), 'guards-'));
  const survivors: string[] = [];
  try {
    for (const path of COPIED) await cp(join(ROOT, path), join(folder, path), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const guard of chosen) {
      const failure = await withoutGuard(folder, guard);
      if (failure === undefined) survivors.push(guard.name);
      console.log(`${guard.name.padEnd(52)} → ${failure ?? 'NOTHING FAILS'}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`\n${chosen.length - survivors.length} of ${chosen.length} guards are missed by a test when they are gone`);
  return survivors.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
