import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it prints when it can be used; its groups are handed back. */
  readonly ready: RegExp;
}

/** A program that this process started, as the leader of a process group of its own. */
export interface Child {
  readonly name: string;
  /** The groups of the line that it printed when it was ready. */
  readonly ready: readonly string[];
  /** The last lines that it printed. */
  log(): Promise<string>;
  /** Ends it with all that it started, and removes its files. */
  stop(): Promise<void>;
}

const START_MS = 60_000;
const STOP_MS = 5_000;
const LOG_LINES = 15;

/** Starts a program and waits until it says that it is ready; an error quotes what it printed instead. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, command, args, env = {} } = options;
  const dir = await mkdtemp(join(tmpdir(), `${name}-`));
  const file = join(dir, 'log');
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, cwd: dir });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const killAtExit = () => killGroup(child, 'SIGKILL');
  process.once('exit', killAtExit);
  const log = async () =>
    (await readFile(file, 'utf8'))
      .split('\n')
      .filter((line) => !line.includes('\tat '))
      .slice(-LOG_LINES)
      .join('\n');
  const stop = async () => {
    await stopGroup(child, closed);
    process.off('exit', killAtExit);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    return { name, ready: await readiness(child, file, options.ready), log, stop };
  } catch (error) {
    const printed = await log().catch(() => '');
    await stop();
    throw new Error(`${name} did not start: ${command} ${args.join(' ')}\n${printed}`, { cause: error });
  }
}

/** Keeps what the program prints and waits for the line that says that it is ready. */
async function readiness(child: ChildProcess, file: string, pattern: RegExp): Promise<readonly string[]> {
  const log = createWriteStream(file);
  let printed = '';
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready after ${START_MS / 1000} s`)), START_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        log.write(chunk);
        if (printed.length > 100_000) return;
        printed += chunk.toString();
        const match = pattern.exec(printed);
        if (match === null) return;
        clearTimeout(timer);
        resolve(match.slice(1));
      });
    }
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      log.end(() => reject(new Error(`ended with ${code ?? signal}`)));
    });
  });
}

/** Waits until nobody of the group has its output open any more. */
async function stopGroup(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  if (child.pid === undefined) return;
  const timer = setTimeout(() => killGroup(child, 'SIGKILL'), STOP_MS);
  killGroup(child, 'SIGTERM');
  await closed;
  clearTimeout(timer);
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
