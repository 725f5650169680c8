import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Environment } from '../../../shared/config.ts';
import { runCommand, type Surroundings } from '../../../infra/cli/run.ts';

/** How a command ended and what it wrote. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A state folder with the commands that run on it. */
export interface Workplace {
  readonly dir: string;
  /** Runs a command to its end, as a person does: in a process of its own. */
  run(...words: readonly string[]): Promise<Outcome>;
  /** Runs a command in this process, which costs a tenth of the time. */
  call(...words: readonly string[]): Promise<Outcome>;
  /** Runs a query; its rows. */
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Drops records as a file of a stream, as of tomorrow. */
  load(stream: string, records: readonly unknown[]): Promise<void>;
  /** Runs a statement that changes the warehouse, as nobody but a test does. */
  sql(statement: string): Promise<void>;
  /** Starts a command that goes on. */
  begin(...words: readonly string[]): ChildProcess;
  /** Kills what was begun and removes the folder. */
  remove(): Promise<void>;
}

const MAIN = resolve('infra/cli/main.ts');
/** So often a condition is looked at before it counts as false, with a breath in between. */
const TRIES = 200;
const BREATH_MS = 50;

/** Makes a folder; commands run in it with these settings only. */
export async function openWorkplace(env: Environment = {}): Promise<Workplace> {
  const home = await mkdtemp(join(tmpdir(), 'cli-'));
  const dir = join(home, 'state');
  const begun: ChildProcess[] = [];
  const begin = (...[verb = '', ...words]: readonly string[]) => {
    const child = spawn(process.execPath, [MAIN, verb, ...words, '--dir', dir], { cwd: home, env: { PATH: process.env['PATH'], ...env } });
    begun.push(child);
    return child;
  };
  const call = (...[verb = '', ...words]: readonly string[]) => runHere([verb, ...words, '--dir', dir], home, env);
  return {
    dir,
    run: (...words) => outcomeOf(begin(...words)),
    call,
    begin,
    async rows(sql) {
      const { code, out, err } = await call('query', sql, '--json');
      if (code !== 0) throw new Error(err);
      return JSON.parse(out);
    },
    async load(stream, records) {
      const file = join(home, 'records.json');
      await writeFile(file, JSON.stringify(records));
      const { code, err } = await call('drop', file, '--as', stream, '--date', tomorrow());
      if (code !== 0) throw new Error(err);
    },
    async sql(statement) {
      const instance = await DuckDBInstance.create(join(dir, 'warehouse.duckdb'));
      const connection = await instance.connect();
      await connection.run(statement);
      connection.closeSync();
      instance.closeSync();
    },
    async remove() {
      for (const child of begun) child.kill('SIGKILL');
      await rm(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The last day that a file can be of (UTC): what it holds is newer than what a source has said. */
export function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
}

/** Tries until the condition holds; throws what the last try found otherwise. */
export async function until<T>(look: () => Promise<T>, holds: (found: T) => boolean): Promise<T> {
  let found = await look();
  for (let tries = 1; !holds(found); tries += 1) {
    if (tries >= TRIES) throw new Error(`not after ${TRIES} tries: ${JSON.stringify(found)}`);
    await wait(BREATH_MS);
    found = await look();
  }
  return found;
}

/** Runs a command in this process, and at any time. */
export async function runHere(
  words: readonly string[],
  cwd: string,
  env: Environment = {},
  cloud: Surroundings['cloud'] = {},
  now: () => Date = () => new Date(),
): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await runCommand(words, {
    cwd,
    env,
    cloud,
    now,
    out: (line) => {
      out += `${line}\n`;
    },
    err: (line) => {
      err += `${line}\n`;
    },
  });
  return { code, out, err };
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}
