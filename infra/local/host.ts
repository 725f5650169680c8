import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deliverFunction } from '../../functions/deliver/index.ts';
import { sourceDatabases } from '../../functions/extract/database.ts';
import { extractFunction } from '../../functions/extract/index.ts';
import type { OpenDatabase } from '../../functions/extract/rows.ts';
import { loadFunction } from '../../functions/load/index.ts';
import { transformFunction } from '../../functions/transform/index.ts';
import { type Catalog, catalog } from '../../shared/catalog.ts';
import { HTTP_DEFAULTS, type HttpOptions } from '../../shared/http.ts';
import type { Answer, ChainFunction, Surroundings } from '../../shared/invocation.ts';
import type { Log } from '../../shared/log.ts';
import type { Notices } from '../../shared/notices/notices.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import type { SettingValues } from '../../shared/source.ts';
import type { Stream } from '../../shared/stream.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import type { CrmService } from './crm-service.ts';
import { type Delivered, type DeliveryLoop, type DeliveryOptions, startDelivery } from './delivery.ts';
import { type DuckDbWarehouse, openDuckDbWarehouse } from './duckdb-warehouse.ts';
import type { OnLeftOut } from './folder-list.ts';
import { type FolderStore, openFolderStore } from './folder-store.ts';
import { type FunctionServers, serveFunctions } from './function-servers.ts';
import { type JsonlNotices, openJsonlNotices } from './jsonl-notices.ts';
import { openTopic, type Topic } from './topic.ts';

export const RAW_BUCKET = 'raw';
export const CLEAN_BUCKET = 'clean';
export const OUTBOX_BUCKET = 'outbox';

/** What the functions reach the outside through. */
export interface Ports {
  readonly raw: ObjectStore;
  readonly clean: ObjectStore;
  readonly warehouse: Warehouse;
  readonly notices: Notices;
}

/** The functions as the Functions Framework calls them. */
export type Handlers = Readonly<Record<ChainFunction, (event: unknown) => Promise<Answer>>>;

/** The embedded parts: the same ports as on Google Cloud, in one folder. */
export interface LocalParts {
  readonly raw: FolderStore;
  readonly clean: FolderStore;
  readonly outbox: FolderStore;
  readonly warehouse: DuckDbWarehouse;
  readonly notices: JsonlNotices;
  readonly topic: Topic;
  close(): Promise<void>;
}

/** The functions on the embedded parts; nobody delivers events yet. */
export interface LocalFunctions extends LocalParts {
  readonly catalog: Catalog;
  readonly sources: ReadonlyMap<string, SettingValues>;
  readonly servers: FunctionServers;
  readonly now: () => Date;
}

/** One process that is the whole product on one machine. */
export interface LocalHost extends LocalFunctions {
  readonly delivery: DeliveryLoop;
  stop(): Promise<void>;
}

/** What the functions are given beside their ports. */
export interface FunctionOptions {
  readonly streams: readonly Stream[];
  readonly sources: ReadonlyMap<string, SettingValues>;
  readonly log: Log;
  readonly now: () => Date;
  readonly codeVersion: string;
  /** What the command in a notice ends with, to work in the same place; nothing by default. */
  readonly rerunFlag?: string;
  readonly http?: Partial<HttpOptions>;
  /** How the database of a source is reached; default: by its settings. */
  readonly database?: OpenDatabase;
}

export interface HostOptions extends FunctionOptions {
  /** The folder that holds all state. */
  readonly dir: string;
  /** What `deliver` works with; without it OUTBOX is left alone. */
  readonly crm?: CrmService;
  readonly delivery?: Partial<Pick<DeliveryOptions, 'maxAttempts' | 'firstDelayMs' | 'pollMs' | 'concurrency'>>;
  readonly onDelivered?: (delivered: Delivered) => void;
  /** Is told what keeps the delivery from its work for now. */
  readonly onTrouble?: (message: string) => void;
  /** Is told what in the raw folder is no object, whenever it is looked at. */
  readonly onLeftOut?: OnLeftOut;
  /** How long a copied-in file must have been left alone, in milliseconds. */
  readonly settleMs?: number;
  /** False where durability against a power cut is not worth the time. */
  readonly durable?: boolean;
}

const TIMEOUT_MS = 540_000;

/** Opens the stores, the warehouse, the notices and the topic of a folder; only one process may. */
export async function openParts({
  dir,
  now,
  settleMs,
  durable,
  onLeftOut,
}: Pick<HostOptions, 'dir' | 'now' | 'settleMs' | 'durable' | 'onLeftOut'>): Promise<LocalParts> {
  await mkdir(dir, { recursive: true });
  const storeOptions = { dir: join(dir, 'buckets'), now, ...(settleMs === undefined ? {} : { settleMs }), ...(durable === undefined ? {} : { durable }) };
  const raw = await openFolderStore({ ...storeOptions, bucket: RAW_BUCKET, ...(onLeftOut === undefined ? {} : { onLeftOut }) });
  const clean = await openFolderStore({ ...storeOptions, bucket: CLEAN_BUCKET });
  const outbox = await openFolderStore({ ...storeOptions, bucket: OUTBOX_BUCKET });
  const stores = new Map([raw, clean].map((store) => [store.bucket, store]));
  const warehouse = await openDuckDbWarehouse({
    file: join(dir, 'warehouse.duckdb'),
    locate: async (bucket, name, generation) => await stores.get(bucket)?.path(name, generation),
  });
  return {
    raw,
    clean,
    outbox,
    warehouse,
    notices: await openJsonlNotices(join(dir, 'notices.jsonl')),
    topic: await openTopic(join(dir, 'extract-requests.jsonl'), now),
    close: () => warehouse.close(),
  };
}

/** Wires the functions to their ports. */
export function functionsOn(ports: Ports, options: FunctionOptions): Handlers {
  const { sources, log, now, codeVersion, rerunFlag = '' } = options;
  const around = { ...ports, catalog: catalog(options.streams), sources, log, now, codeVersion, timeoutMs: TIMEOUT_MS, rerunFlag };
  const http: HttpOptions = { ...HTTP_DEFAULTS, now, ...options.http };
  const database = options.database ?? sourceDatabases();
  return { extract: extractFunction({ ...around, http, database }), transform: transformFunction(around), load: loadFunction(around) };
}

/** `deliver` on the service of this machine, which is opened by the first object. */
function deliverOn(crm: CrmService, { outbox, notices }: LocalParts, { log, now, codeVersion, rerunFlag = '' }: FunctionOptions) {
  const around: Surroundings = { notices, log, now, codeVersion, timeoutMs: TIMEOUT_MS, rerunFlag };
  return async (event: unknown) => await deliverFunction({ ...around, ...(await crm.open()), outbox })(event);
}

/** Starts the functions behind the Functions Framework on the embedded parts, which may be open already. */
export async function startFunctions(options: HostOptions, opened?: LocalParts): Promise<LocalFunctions> {
  const { streams, sources, now } = options;
  const parts = opened ?? (await openParts(options));
  const { crm } = options;
  const servers = await serveFunctions({ ...functionsOn(parts, options), ...(crm === undefined ? {} : { deliver: deliverOn(crm, parts, options) }) });
  return {
    ...parts,
    catalog: catalog(streams),
    sources,
    servers,
    now,
    async close() {
      try {
        await servers.stop();
      } finally {
        await parts.close();
      }
    },
  };
}

/** Starts functions and delivery on the embedded parts, which may be open already. */
export async function startHost(options: HostOptions, opened?: LocalParts): Promise<LocalHost> {
  const functions = await startFunctions(options, opened);
  const delivery = await deliveryOn(functions, options).catch(async (error: unknown) => {
    await functions.close();
    throw error;
  });
  return {
    ...functions,
    delivery,
    async stop() {
      try {
        await delivery.stop();
      } finally {
        await functions.close();
      }
    },
  };
}

function deliveryOn(functions: LocalFunctions, options: HostOptions): Promise<DeliveryLoop> {
  return startDelivery({
    file: join(options.dir, 'delivery.jsonl'),
    stores: [
      { store: functions.raw, function: 'transform' },
      { store: functions.clean, function: 'load' },
      ...(options.crm === undefined ? [] : [{ store: functions.outbox, function: 'deliver' as const }]),
    ],
    topic: functions.topic,
    urls: functions.servers.urls,
    now: options.now,
    ...options.delivery,
    ...(options.onDelivered === undefined ? {} : { onDelivered: options.onDelivered }),
    ...(options.onTrouble === undefined ? {} : { onTrouble: options.onTrouble }),
  });
}
