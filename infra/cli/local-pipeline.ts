import { join } from 'node:path';
import type { Environment } from '../../shared/config.ts';
import type { Log, LogFields } from '../../shared/log.ts';
import type { ObjectInfo, ObjectStore } from '../../shared/object-store/object-store.ts';
import type { DeliveryLoop } from '../local/delivery.ts';
import type { SettingValues, Source } from '../../shared/source.ts';
import { sourceDatabases } from '../../functions/extract/database.ts';
import type { LocalHost, LocalParts } from '../local/host.ts';
import type { LocalSync } from '../local/local-sync.ts';
import { deployed } from './deployed.ts';
import { DEFAULT_SEED, type Origins, openOrigins, playedSources } from './origins.ts';
import type { Failed, Pipeline, Watcher } from './pipeline.ts';
import { leftOutLine } from './progress.ts';
import { hasSamples } from './samples.ts';

export interface LocalPipelineOptions {
  readonly dir: string;
  readonly env: Environment;
  readonly seed?: number | undefined;
  readonly now: () => Date;
  /** What the commands in notices end with. */
  readonly rerunFlag: string;
}

/** A source that is down is asked so often before a command stops waiting for it. */
const TRIES = 3;
/** Between the first two requests of one delivery, in milliseconds: a person is waiting. */
const FIRST_RETRY_MS = 500;

/** Opens the pipeline of a folder in this process, which must own it; functions and delivery start when first needed. */
export async function openLocalPipeline({ dir, env, seed = DEFAULT_SEED, now, rerunFlag }: LocalPipelineOptions): Promise<Pipeline> {
  const { openParts, RAW_BUCKET, startHost } = await import('../local/host.ts');
  const { crmService } = await import('../local/crm-service.ts');
  const { crmOrigin } = await import('../local/crm-origin.ts');
  const { serveLocalSync } = await import('../local/local-sync.ts');
  const watchers = new Set<Watcher>();
  const told = new Set<string>();
  const onLeftOut = (path: string, why: string) => {
    const line = leftOutLine(RAW_BUCKET, path, why);
    // Every look meets it again.
    if (watchers.size === 0 || told.has(line)) return;
    told.add(line);
    tell((watcher) => watcher.trouble?.(line));
  };
  const parts = await openParts({ dir, now, onLeftOut });
  const databases = sourceDatabases();
  const crms = crmOrigin(env);
  const crm = crmService({ dir, env, now, random: () => Math.random(), http: crms.http });
  const codeVersion = env['CODE_VERSION'] ?? 'local';
  let origins: Promise<Origins> | undefined;
  let host: Promise<LocalHost> | undefined;
  let sync: Promise<LocalSync> | undefined;

  const asked = () => {
    origins ??= openOrigins(env, deployed, seed);
    return origins;
  };
  const delivery = async () => (await started()).delivery;

  function started(): Promise<LocalHost> {
    host ??= start();
    return host;
  }

  async function start(): Promise<LocalHost> {
    const options = {
      dir,
      crm,
      // Without settings it is the one of this folder.
      database: async (source: Source, settings: SettingValues) => (settings['dsn'] === '' ? (await crm.open()).database : await databases(source, settings)),
      streams: deployed.streams,
      sources: (await asked()).settings,
      log: failureLog((failed) => tell((watcher) => watcher.failed(failed))),
      now,
      rerunFlag,
      codeVersion,
      http: { firstDelayMs: FIRST_RETRY_MS },
      onDelivered: (delivered: Parameters<Watcher['delivered']>[0]) => tell((watcher) => watcher.delivered(delivered)),
      onTrouble: (message: string) => tell((watcher) => watcher.trouble?.(`delivery cannot go on for now, and tries again: ${message}`)),
    };
    return await startHost(options, parts);
  }

  function tell(about: (watcher: Watcher) => void): void {
    for (const watcher of watchers) about(watcher);
  }

  return {
    catalog: deployed,
    raw: parts.raw,
    clean: parts.clean,
    outbox: parts.outbox,
    exports: undefined,
    warehouse: parts.warehouse,
    now,
    codeVersion,
    session: (work) => parts.warehouse.session(work),
    onItsWayMs: 0,
    silence: 'the source has not been asked yet',
    get isDelivering() {
      return host !== undefined;
    },
    origins: async () => (await asked()).list,
    isSample: () => hasSamples(parts.raw, deployed, playedSources(env, deployed)),
    leftOut: () => parts.raw.leftOut(),
    notices: () => parts.notices.list(),
    publish: (message) => parts.topic.publish(message),
    async deadLetters() {
      if (host !== undefined) return (await delivery()).deadLetters();
      const { readDeadLetters } = await import('../local/delivery.ts');
      return await readDeadLetters(join(dir, 'delivery.jsonl'));
    },
    redeliver: async (id) => await (await delivery()).redeliver(id),
    again: async (store, object) => await again(await delivery(), store, object),
    async deliver() {
      await started();
    },
    settle: async () => await (await delivery()).idle(TRIES),
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    async service() {
      sync ??= serveLocalSync({ dir, env, crm, outbox: parts.outbox, log: () => undefined, codeVersion });
      const { url, apiKey } = await sync;
      return {
        url,
        apiKey,
        crms: crms.text,
        credentials: crms.credentials,
        query: async (sql, values) => await (await crm.open()).database.query(sql, values),
      };
    },
    async close() {
      await (await sync)?.stop();
      await close(parts, await host);
      await crm.close();
      await crms.stop();
      await (await origins)?.stop();
    },
  };
}

/** What is not acknowledged is being delivered anyway; what is comes again as a new generation. */
async function again(delivery: DeliveryLoop, store: ObjectStore, object: ObjectInfo): Promise<ObjectInfo | undefined> {
  const subject = `${store.bucket}/${object.name}#${object.generation}`;
  if (delivery.isAcknowledged(subject)) return await store.copy(object.name, object.generation, object.name, object.metadata);
  const letter = delivery.deadLetters().find((candidate) => candidate.subject === subject);
  if (letter !== undefined) await delivery.redeliver(letter.id);
  return object;
}

async function close(parts: LocalParts, host: LocalHost | undefined): Promise<void> {
  await (host === undefined ? parts.close() : host.stop());
}

/** Hears of the failures that are tried again; the final ones are in the answers. */
function failureLog(onFailed: (failed: Failed) => void): Log {
  return (_severity, event, fields) => {
    const [name, what] = event.split('.');
    if (what !== 'failed' || fields['class'] !== 'transient') return;
    if (name === 'extract' || name === 'transform' || name === 'load' || name === 'deliver')
      onFailed({ function: name, subject: subjectOf(fields), message: String(fields['message']) });
  };
}

function subjectOf({ source, stream, object }: LogFields): string {
  return typeof source === 'string' ? `${source}/${String(stream)}` : String(object);
}
