import { functionsOn, type FunctionOptions, type Ports } from '../../infra/local/host.ts';
import type { Answer, ChainFunction } from '../../shared/invocation.ts';
import { createObject, type ObjectInfo, type ObjectStore } from '../../shared/object-store/object-store.ts';
import type { ChaosBench, ChaosParts } from './chaos-bench.ts';
import { bytesOf, type LiveObject, liveObject } from './chaos-model.ts';
import type { Message, Upload } from './chaos-plan.ts';
import { type Gate, gatedAnswers, gatedPorts } from './counted-ports.ts';
import { PULLED_ROWS } from './lab-server.ts';
import { lab, labStreams } from './streams.ts';

/** An event, delivered until it is acknowledged; a lost one is delivered no more. */
export interface ChaosEvent {
  /** The object with its generation, or the message. */
  readonly subject: string;
  readonly function: ChainFunction;
  readonly cloudEvent: unknown;
  state: 'pending' | 'done' | 'lost';
  attempts: number;
}

/** Everything outside of the functions in one run: the ports, what arrives, and the events that follow. */
export interface ChaosWorld {
  readonly parts: ChaosParts;
  readonly now: () => Date;
  readonly events: readonly ChaosEvent[];
  /** Lets the clock go on. */
  tick(): void;
  upload(upload: Upload): Promise<void>;
  publish(message: Message): void;
  /** Runs the function that an event is for, behind a gate of its own. */
  run(event: ChaosEvent, gate: Gate): Promise<Answer>;
  /** The live raw objects that rows are to come from. */
  liveObjects(): Promise<readonly LiveObject[]>;
  /** The bytes that some object had and has no more. */
  leftBytes(): Promise<ReadonlySet<string>>;
  /** The subjects of raw objects about which somebody must be told, their latest generation. */
  readonly troubles: ReadonlyMap<string, ObjectInfo>;
  close(): Promise<void>;
}

const START = Date.parse('2026-11-20T06:00:00Z');
const TICK_MS = 10;

/** Opens the world of one run; the clock is its own, so that generations and times are the seed's. */
export async function openChaosWorld(bench: ChaosBench, tables: 'none' | 'empty'): Promise<ChaosWorld> {
  let time = START;
  const now = () => new Date(time);
  const parts = await bench.open(now, tables);
  const events: ChaosEvent[] = [];
  const uploads = new Map<string, Upload>();
  const troubles = new Map<string, ObjectInfo>();
  const history: LiveObject[] = [];

  const ports: Ports = {
    ...parts,
    raw: observed(parts.raw, (info) => finalized('transform', info)),
    clean: observed(parts.clean, (info) => finalized('load', info)),
  };
  const options: FunctionOptions = {
    streams: labStreams,
    sources: new Map([[lab.name, { baseUrl: bench.baseUrl }]]),
    log: () => {},
    now,
    codeVersion: 'chaos',
  };

  function add(name: ChainFunction, subject: string, type: string, data: unknown, id = `event-${events.length + 1}`): void {
    const cloudEvent = { id, time: now().toISOString(), type, source: 'chaos', data };
    events.push({ subject, function: name, cloudEvent, state: 'pending', attempts: 0 });
  }

  function finalized(name: ChainFunction, { name: object, generation }: ObjectInfo): void {
    const { bucket } = name === 'transform' ? parts.raw : parts.clean;
    add(name, `${bucket}/${object}#${generation}`, 'google.cloud.storage.object.v1.finalized', { bucket, name: object, generation });
  }

  async function liveObjects(): Promise<readonly LiveObject[]> {
    const found: LiveObject[] = [];
    for await (const info of parts.raw.list('')) {
      const upload = uploads.get(info.name) ?? { isTrouble: false, rows: PULLED_ROWS[info.name.split('/')[1] ?? ''] ?? [] };
      found.push(...[liveObject(info, upload)].filter((live) => live !== undefined));
    }
    return found;
  }

  return {
    parts,
    now,
    events,
    troubles,
    tick() {
      time += TICK_MS;
    },
    async upload(upload) {
      const live = await ports.raw.stat(upload.name);
      const metadata: Record<string, string> = upload.accept === undefined ? {} : { accept: upload.accept };
      const info = await createObject(ports.raw, upload.name, upload.body, { ifGenerationMatch: live?.generation ?? '0', metadata });
      if (info === undefined) throw new Error(`${upload.name} was not written`);
      uploads.set(upload.name, upload);
      history.push(...[liveObject(info, upload)].filter((object) => object !== undefined));
      if (upload.isTrouble) troubles.set(`${info.name}#${info.generation}`, info);
    },
    publish({ id, json }) {
      const data = Buffer.from(JSON.stringify(json)).toString('base64');
      add('extract', `message ${id}`, 'google.cloud.pubsub.topic.v1.messagePublished', { message: { data } }, id);
    },
    run: (event, gate) => gatedAnswers(functionsOn(gatedPorts(ports, gate), options), gate)[event.function](event.cloudEvent),
    liveObjects,
    async leftBytes() {
      const live = new Map((await liveObjects()).map((object) => [object.name, object.bytes]));
      return new Set(history.filter(({ name, bytes }) => live.get(name) !== bytes).map(bytesOf));
    },
    close: () => parts.close(),
  };
}

/** Tells of every new generation, as a bucket does, whoever has made it and whatever became of him. */
function observed(store: ObjectStore, onFinalized: (info: ObjectInfo) => void): ObjectStore {
  const told = <T extends ObjectInfo | undefined>(info: T): T => {
    if (info !== undefined) onFinalized(info);
    return info;
  };
  return {
    ...store,
    async create(name, options) {
      const writer = await store.create(name, options);
      return { ...writer, commit: async () => told(await writer.commit()) };
    },
    copy: async (...args) => told(await store.copy(...args)),
  };
}
