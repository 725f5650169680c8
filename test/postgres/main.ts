import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startDebianPostgres } from '../support/debian-postgres.ts';

/** `npm run test:postgres`: the tests of the service on a real PostgreSQL, which it starts. */
const ROOT = join(import.meta.dirname, '../..');
const SUITES = ['test/functions/sync', 'test/functions/deliver', 'test/infra/postgres'];
const NO_SERVER = `test:postgres NEEDS A POSTGRESQL SERVER AND FINDS NONE.
Install the package (apt-get install postgresql), or name a server in DATABASE_URL, whose user may create databases.
`;

process.exitCode = await main();

async function main(): Promise<number> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined) return await runSuites(given);
  const server = await startDebianPostgres();
  if (server === undefined) {
    process.stderr.write(NO_SERVER);
    return 1;
  }
  process.stdout.write(`${server.version}\n`);
  try {
    return await runSuites(server.dsn);
  } finally {
    await server.stop();
  }
}

async function runSuites(dsn: string): Promise<number> {
  const words = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    join(ROOT, 'node_modules/jest/bin/jest.js'),
    '--testPathIgnorePatterns=/node_modules/',
    '--maxWorkers=2',
    ...SUITES,
    ...process.argv.slice(2),
  ];
  const child = spawn(process.execPath, words, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, DATABASE_URL: dsn } });
  const [code] = await once(child, 'close');
  return Number(code ?? 1);
}
