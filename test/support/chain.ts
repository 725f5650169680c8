import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { finalizedEvent, publishedEvent } from '../../infra/local/cloud-event.ts';
import { type HostOptions, type LocalFunctions, startFunctions } from '../../infra/local/host.ts';
import type { Answer } from '../../shared/invocation.ts';
import { logLine } from '../../shared/log.ts';
import { createObject, type ObjectInfo, type ObjectStore } from '../../shared/object-store/object-store.ts';
import type { Stream } from '../../shared/stream.ts';

/** What a function answered over HTTP. */
export interface Response {
  readonly status: number;
  readonly body: Answer;
}

/** The real functions on the embedded parts, with the events in the hands of the test. */
export interface Chain extends LocalFunctions {
  readonly dir: string;
  /** Every line that was logged. */
  readonly logged: readonly string[];
  /** Moves the clock that the functions are given. */
  setNow(time: string | undefined): void;
  publish(json: unknown, delivery?: { id?: string; time?: string }): Promise<Response>;
  /** Puts a raw object, overwriting one of the same name. */
  put(name: string, body: string | Uint8Array, metadata?: Record<string, string>): Promise<ObjectInfo>;
  finalize(store: ObjectStore, object: ObjectInfo, delivery?: { id?: string; time?: string }): Promise<Response>;
  post(name: 'extract' | 'transform' | 'load', headers: Record<string, string>, body: string): Promise<Response>;
  /** Delivers an event for every object that is there, in both buckets, until no new object appears; answers how many. */
  settle(): Promise<number>;
  objects(store: ObjectStore): Promise<readonly ObjectInfo[]>;
  /** The lines of a clean object. */
  lines(name: string): Promise<readonly Record<string, unknown>[]>;
  /** Runs statements that a person would run by hand. */
  migrate(statements: readonly string[]): Promise<void>;
  /** Stops everything as at the end of a process; the folder stays until `close`. */
  closeKeepingFiles(): Promise<void>;
  /** The result of a query as objects. */
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
}

/** Starts a chain in a folder of its own; `close` removes it. */
export async function openChain(options: { streams: readonly Stream[] } & Partial<HostOptions>): Promise<Chain> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'chain-')));
  const logged: string[] = [];
  let frozen: string | undefined;
  let closed = false;
  const functions = await startFunctions({
    sources: new Map(),
    log: (severity, event, fields) => logged.push(logLine(severity, event, fields)),
    now: () => (frozen === undefined ? new Date() : new Date(frozen)),
    codeVersion: 'test',
    settleMs: 0,
    durable: false,
    ...options,
    dir,
    http: { firstDelayMs: 0, ...options.http },
  });
  const { raw, clean, warehouse, servers } = functions;
  const delivered = new Set<string>();

  async function post(name: 'extract' | 'transform' | 'load', headers: Record<string, string>, body: string): Promise<Response> {
    const response = await fetch(servers.urls[name], { method: 'POST', headers, body });
    const text = await response.text();
    return { status: response.status, body: response.ok ? JSON.parse(text) : (text as never) };
  }

  async function finalize(store: ObjectStore, object: ObjectInfo, delivery: { id?: string; time?: string } = {}): Promise<Response> {
    delivered.add(`${store.bucket}/${object.name}#${object.generation}`);
    const { headers, body } = finalizedEvent(store.bucket, object, { id: randomUUID(), time: new Date().toISOString(), ...delivery });
    return await post(store === raw ? 'transform' : 'load', headers, body);
  }

  async function objects(store: ObjectStore): Promise<ObjectInfo[]> {
    const found: ObjectInfo[] = [];
    for await (const object of store.list('')) found.push(object);
    return found;
  }

  return {
    ...functions,
    dir,
    logged,
    post,
    finalize,
    objects,
    setNow(time) {
      frozen = time;
    },
    async publish(json, delivery = {}) {
      const { headers, body } = publishedEvent({ json }, { id: randomUUID(), time: new Date().toISOString(), ...delivery });
      return await post('extract', headers, body);
    },
    async put(name, body, metadata = {}) {
      const live = await raw.stat(name);
      const info = await createObject(raw, name, body, { ifGenerationMatch: live?.generation ?? '0', metadata });
      if (info === undefined) throw new Error(`${name} was written by somebody else`);
      return info;
    },
    async settle() {
      let count = 0;
      for (const store of [raw, clean]) {
        for (const object of await objects(store)) {
          if (delivered.has(`${store.bucket}/${object.name}#${object.generation}`)) continue;
          await finalize(store, object);
          count += 1;
        }
      }
      return count;
    },
    async lines(name) {
      const info = await clean.stat(name);
      if (info === undefined) throw new Error(`there is no clean object ${name}`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await clean.read(name, info.generation)) ?? []) chunks.push(Buffer.from(chunk));
      const text = Buffer.concat(chunks).toString('utf8');
      return text === ''
        ? []
        : text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line));
    },
    async migrate(statements) {
      const instance = await DuckDBInstance.fromCache(join(dir, 'warehouse.duckdb'), { autoinstall_known_extensions: 'false' });
      const connection = await instance.connect();
      for (const statement of statements) await connection.run(statement);
      connection.closeSync();
    },
    async closeKeepingFiles() {
      await functions.close();
      closed = true;
    },
    async rows(sql) {
      const { columns, rows } = await warehouse.query(sql);
      return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column.name, row[index]])));
    },
    async close() {
      if (!closed) await functions.close();
      closed = true;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Every file below a folder with its bytes, for tests that look for what must not be anywhere. */
export async function filesBelow(dir: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (file): Promise<[string, Buffer]> => [file, await readFile(file)])));
}
