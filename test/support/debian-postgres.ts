import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A real PostgreSQL on a Unix socket of its own: no port, no other data. */
export interface PostgresServer {
  readonly dsn: string;
  readonly version: string;
  /** Of the process whose children the server's others are. */
  readonly pid: number;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const PACKAGES = '/usr/lib/postgresql';
const START_MS = 30_000;

/** Starts the server of the Debian package; undefined where it is not installed. `durable` waits for the disk as production does. */
export async function startDebianPostgres(durable = false): Promise<PostgresServer | undefined> {
  const bin = await binaries();
  if (bin === undefined) return undefined;
  const dir = await mkdtemp(join(tmpdir(), 'pg-'));
  const as = await otherUser(dir);
  const data = join(dir, 'data');
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8'], as);
  const settings = { listen_addresses: '', unix_socket_directories: dir, max_connections: '100', fsync: durable ? 'on' : 'off', log_min_messages: 'fatal' };
  const child = spawn(join(bin, 'postgres'), ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], {
    ...as,
    stdio: 'ignore',
  });
  const ended = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
    await rm(dir, { recursive: true, force: true });
  };
  for (const from = performance.now(); ; ) {
    const isReady = await run(join(bin, 'pg_isready'), ['-h', dir, '-U', 'postgres'], as).then(
      () => true,
      () => false,
    );
    if (isReady) break;
    if (child.exitCode !== null || performance.now() - from > START_MS) {
      await stop();
      throw new Error('PostgreSQL did not start');
    }
  }
  const { stdout } = await run(join(bin, 'postgres'), ['--version']);
  return { dsn: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(dir)}`, version: stdout.trim(), pid: child.pid ?? 0, stop };
}

async function binaries(): Promise<string | undefined> {
  const versions = await readdir(PACKAGES).catch(() => []);
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
    const bin = join(PACKAGES, version, 'bin');
    if (
      await access(join(bin, 'initdb')).then(
        () => true,
        () => false,
      )
    )
      return bin;
  }
  return undefined;
}

/** PostgreSQL refuses to run as root: the package has made a user for it. */
async function otherUser(dir: string): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (option) => Number((await run('id', [option, 'postgres'])).stdout)));
  if (uid === undefined || gid === undefined) return {};
  await chown(dir, uid, gid);
  return { uid, gid };
}
