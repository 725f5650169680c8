import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROWSER, hasBrowser } from './chromium.ts';

/** `npm run test:browser`: the report of the samples in a real browser. README.md tells of the browser and its flags. */
const ROOT = join(import.meta.dirname, '../..');
const NO_BROWSER = `test:browser NEEDS CHROMIUM AND FINDS NONE AT ${BROWSER}.
Install the package (apt-get install chromium), or name a browser in CHROMIUM.
`;

process.exitCode = await main();

async function main(): Promise<number> {
  if (!(await hasBrowser())) {
    process.stderr.write(NO_BROWSER);
    return 1;
  }
  const given = process.env['REPORT_FOLDER'];
  if (given !== undefined) return await runSuites(given);
  const folder = await mkdtemp(join(tmpdir(), 'report-'));
  try {
    const started = await run([join(ROOT, 'infra/cli/main.ts'), 'start'], folder, {});
    return started === 0 ? await runSuites(folder) : started;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runSuites(folder: string): Promise<number> {
  const words = [
    '--experimental-vm-modules',
    join(ROOT, 'node_modules/jest/bin/jest.js'),
    '--testMatch=<rootDir>/test/browser/*.browser.ts',
    '--maxWorkers=2',
    '--testTimeout=300000',
  ];
  return await run([...words, ...process.argv.slice(2)], ROOT, { REPORT_FOLDER: folder });
}

async function run(words: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...words], {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  const [code] = await once(child, 'close');
  return Number(code ?? 1);
}
