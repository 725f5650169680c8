import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { installEmulators, type RunningEmulators, startEmulators, stopEmulators } from './emulators.ts';

/**
 * `npm run test:cloud [-- --quick] [--pubsub=go|gcloud] [jest's arguments]`: installs the emulators, starts them, runs the tests on them, stops them.
 * Fails where one of the three is missing. With `--install` it only installs. With `--quick` GoogleSQL judges the models on a
 * part of the golden data set, a minute instead of eight.
 */
const ROOT = join(import.meta.dirname, '../..');
const JEST = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];

const times: string[] = [];
const args = process.argv.slice(2);
/** What fails in the middle may leave connections open. The pattern is last: it takes every word that follows. */
const tests = ['--maxWorkers=2', '--forceExit', '--testMatch=<rootDir>/test/cloud/**/*.cloud.ts'];
const pubsub = args.find((arg) => arg.startsWith('--pubsub='))?.slice('--pubsub='.length);
if (pubsub !== undefined && pubsub !== 'go' && pubsub !== 'gcloud') throw new Error(`--pubsub is go or gcloud, not ${pubsub}`);

let jest: ChildProcess | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    // Whatever was started before Jest ends with this process.
    if (jest === undefined) process.exit(1);
    jest.kill();
  });
}

const found = await timed('install', installEmulators(pubsub));
if (args.includes('--install')) process.exit();
const emulators = await timed('start', startEmulators(found));
process.stdout.write(`Pub/Sub: ${found.pubsub.kind}; ${JSON.stringify(emulators.env)}\n`);
try {
  const code = await timed('tests', runTests(emulators));
  if (code !== 0) await printLogs(emulators);
  process.exitCode = code;
} finally {
  await timed('stop', stopEmulators(emulators));
  process.stdout.write(`${times.join(', ')}\n`);
}

/** Jest's exit code; 1 where a signal ended it. */
async function runTests({ env }: RunningEmulators): Promise<number> {
  const more = args.filter((arg) => !arg.startsWith('--pubsub=') && arg !== '--quick');
  // Nobody is asked for credentials or a project: that would leave this machine.
  const offline = { METADATA_SERVER_DETECTION: 'none' };
  const quick = args.includes('--quick') ? { GOLDEN_EVERY: '7' } : {};
  jest = spawn(process.execPath, [...JEST, ...more, ...tests], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...offline, ...quick, ...env } });
  const [code] = await once(jest, 'exit');
  return typeof code === 'number' ? code : 1;
}

async function printLogs({ children }: RunningEmulators): Promise<void> {
  for (const { name, log } of children) process.stdout.write(`== the last lines of ${name}\n${await log()}\n`);
}

async function timed<T>(what: string, work: Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work;
  } finally {
    times.push(`${what} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
}
