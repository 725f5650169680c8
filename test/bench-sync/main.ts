import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { migrate } from '../../infra/postgres/migrate.ts';
import { noNumber, scriptArguments } from '../../infra/script-arguments.ts';
import { postgres } from '../../shared/database/postgres.ts';
import { quickFolder } from '../chaos/quick-folder.ts';
import { CRM_TYPES } from '../chaos-sync/items.ts';
import { startServiceProcess } from '../chaos-sync/service-process.ts';
import { startDebianPostgres } from '../support/debian-postgres.ts';
import { type CpuSeconds, cpuSeconds, msPerRequest } from './cpu.ts';
import { measure, percentile } from './load.ts';

const HELP = `Measures POST /crm/sync/contact: instances of the service side by side, as Cloud Run starts them, a real PostgreSQL that waits for the disk, four CRMs on loopback.

  npm run bench:sync                                200 requests a second for 60 s, two instances
  npm run bench:sync -- --rate 100 --seconds 10 --instances 1`;
const API_KEY = 'a-key-of-the-service-for-bench';
const USERS = 10;
const BUDGET_MS = 8_000;
const WARM_UP_S = 5;
const TARGET_P99_MS = 250;
/** A minute of the load fills a dozen. */
const LOG_FILES = 24;

const { values } = scriptArguments(
  HELP,
  { options: { rate: { type: 'string', default: '200' }, seconds: { type: 'string', default: '60' }, instances: { type: 'string', default: '2' } } },
  ({ values: numbers }) => noNumber({ ...numbers }),
);

process.exitCode = await main(Number(values.rate), Number(values.seconds), Number(values.instances));

async function main(perSecond: number, seconds: number, instances: number): Promise<number> {
  const dir = await mkdtemp(join(await quickFolder(), 'bench-sync-'));
  const server = await startDebianPostgres(true);
  if (server === undefined) {
    console.error('bench:sync needs a PostgreSQL server and finds none: apt-get install postgresql');
    return 1;
  }
  await migrate({ dsn: server.dsn });
  await useLog(server.dsn);
  const crms = fork(join(import.meta.dirname, 'crms-child.ts'), [], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const [{ hosts, credentials }] = await once(crms, 'message');
  const task = {
    role: 'sync',
    dsn: server.dsn,
    connections: 10,
    dir,
    notices: join(dir, 'notices.jsonl'),
    apiKey: API_KEY,
    hosts,
    budgetMs: BUDGET_MS,
  } as const;
  const options = await deployedNodeOptions();
  const services = await Promise.all(Array.from({ length: instances }, () => startServiceProcess(task, options)));
  try {
    await connectAll(services[0]?.url ?? '', credentials);
    // Every user comes to every instance.
    const url = (index: number) => `${services[(index + Math.floor(index / USERS)) % instances]?.url}/crm/sync/contact`;
    await measure({ url, perSecond: perSecond / 4, seconds: WARM_UP_S, headers: headersOf('warm'), body: contactOf('warm') });
    const parts = { service: services.map(({ pid }) => pid), PostgreSQL: [server.pid], 'stand-ins': [crms.pid ?? 0], load: [process.pid] };
    const before = await cpuSeconds(parts);
    const measured = await measure({ url, perSecond, seconds, headers: headersOf('run'), body: contactOf('run') });
    printCpu(before, await cpuSeconds(parts), measured.times.length);
    crms.send('counts');
    const [{ contacts, violations }] = await once(crms, 'message');
    const expected = perSecond * seconds + Math.ceil((perSecond / 4) * WARM_UP_S);
    console.log(`${instances} of the service, each with ${options.join(' ')}`);
    return await report(server, measured, expected, contacts, violations);
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    crms.kill();
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * Brings the server into the state of one that has been at work: it takes old files of its log again. A new one makes a file of 16 MB every six seconds
 * of this load, and every commit waits for that, up to half a second; so it does when the system writes down what the making of the server has left.
 */
async function useLog(dsn: string): Promise<void> {
  const database = postgres({ dsn, max: 1 });
  await database.query("ALTER SYSTEM SET min_wal_size = '512MB'");
  await database.query('SELECT pg_reload_conf()');
  for (let file = 0; file < LOG_FILES; file += 1) await database.query("SELECT pg_switch_wal() FROM pg_logical_emit_message(false, 'bench', 'used')");
  await database.query('CHECKPOINT');
  await database.close();
  await promisify(execFile)('sync');
}

/** The options of Node that the service is deployed with. */
async function deployedNodeOptions(): Promise<readonly string[]> {
  const terraform = await readFile(join(import.meta.dirname, '..', '..', 'infra', 'terraform', 'functions.tf'), 'utf8');
  const [, options] = /\bNODE_OPTIONS += "([^"]+)"/.exec(terraform) ?? [];
  if (options === undefined) throw new Error('infra/terraform/functions.tf gives the service no NODE_OPTIONS');
  return options.split(' ');
}

async function connectAll(url: string, credentials: Readonly<Record<string, unknown>>): Promise<void> {
  for (let user = 0; user < USERS; user += 1) {
    for (const type of CRM_TYPES) {
      const settings = type === 'salesforce' ? { external_id_field: 'Sync_Key__c' } : {};
      const body = JSON.stringify({ crm_type: type, credentials: credentials[type], settings });
      const response = await fetch(`${url}/crm/connect`, { method: 'POST', headers: headersOf(`connect ${type}`)(user), body });
      if (!response.ok) throw new Error(`${type} is not connected: ${response.status} ${await response.text()}`);
    }
  }
}

function headersOf(what: string) {
  return (index: number): Readonly<Record<string, string>> => ({
    'content-type': 'application/json',
    'x-api-key': API_KEY,
    'x-user-id': `shop-${index % USERS}`,
    'idempotency-key': `${what}-${index}`.replaceAll(' ', '-'),
  });
}

function contactOf(what: string) {
  return (index: number): string =>
    JSON.stringify({
      email: `${what}${index}@example.com`,
      first_name: `First${index}`,
      last_name: `Last${index}`,
      phone: '+16135550123',
      company: 'Blue Door',
      city: 'Ottawa',
      country: 'CA',
    });
}

function printCpu(before: CpuSeconds, after: CpuSeconds, requests: number): void {
  const shares = Object.entries(msPerRequest(before, after, requests)).map(([part, ms]) => `${part} ${ms.toFixed(2)}`);
  console.log(`ms of a processor per request: ${shares.join(', ')}`);
}

async function report(
  { dsn, version }: { readonly dsn: string; readonly version: string },
  { times, statuses, seconds }: Awaited<ReturnType<typeof measure>>,
  expected: number,
  contacts: Readonly<Record<string, number>>,
  violations: readonly string[],
): Promise<number> {
  const database = postgres({ dsn, max: 1 });
  const [audit] = await database.query<{ rows: number; success: number }>(
    "SELECT count(*)::int AS rows, count(*) FILTER (WHERE status = 'success')::int AS success FROM crm.crm_sync_logs",
  );
  await database.close();
  const [p50, p95, p99, most] = [0.5, 0.95, 0.99, 1].map((share) => Math.round(percentile(times, share)));
  console.log(`${version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'processor'}`);
  console.log(`${times.length} requests in ${seconds.toFixed(1)} s (${(times.length / seconds).toFixed(0)}/s), answers by status: ${JSON.stringify(statuses)}`);
  console.log(`ms from due to answered: p50 ${p50}, p95 ${p95}, p99 ${p99}, longest ${most} (target: p99 under ${TARGET_P99_MS})`);
  console.log(`contacts in the CRMs: ${JSON.stringify(contacts)} of ${expected}; audit: ${audit?.success} of ${audit?.rows} rows with success`);
  for (const violation of violations) console.log(`violation: ${violation}`);
  const isWhole = Object.values(contacts).every((count) => count === expected) && audit?.success === expected * CRM_TYPES.length;
  return isWhole && violations.length === 0 && (p99 ?? Number.POSITIVE_INFINITY) < TARGET_P99_MS ? 0 : 1;
}
