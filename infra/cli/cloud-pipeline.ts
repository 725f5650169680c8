import { setTimeout as wait } from 'node:timers/promises';
import { type Environment, loadConfig } from '../../shared/config.ts';
import { TransientError } from '../../shared/errors.ts';
import { pubsubClient } from '../../shared/notices/pubsub-client.ts';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import { type GcsClient, gcsClient } from '../../shared/object-store/gcs-client.ts';
import { bigQueryWarehouse } from '../../shared/warehouse/bigquery.ts';
import { CommandError } from './cli-error.ts';
import { deployed } from './deployed.ts';
import type { Pipeline } from './pipeline.ts';

export interface CloudPipelineOptions {
  readonly env: Environment;
  readonly now: () => Date;
  /** Default: one of its own, with the credentials of the environment. */
  readonly gcs?: GcsClient;
  /** Tells a person who waits. */
  readonly say: (line: string) => void;
  /** How long a command waits for the functions, in milliseconds; default 10 minutes. */
  readonly patienceMs?: number;
  /** What is done between two looks; default: nothing, for 5 s. */
  readonly pause?: () => Promise<unknown>;
  /** A younger object, in milliseconds, is not missed; default 15 minutes, longer than any function runs. */
  readonly onItsWayMs?: number;
}

const MINUTE_MS = 60_000;
const POLL_MS = 5_000;
const LOOKS_A_LINE = 6;

/** Opens the pipeline on Google Cloud, with the credentials of the environment; throws a ConfigError that names every setting that is missing. */
export function openCloudPipeline(options: CloudPipelineOptions): Pipeline {
  const { env, now, say, gcs: client = gcsClient(), patienceMs = 10 * MINUTE_MS, pause = () => wait(POLL_MS), onItsWayMs = 15 * MINUTE_MS } = options;
  const config = loadConfig(env, 'cli', []);
  const pubsub = pubsubClient({ projectId: config.warehouse.projectId });

  /** The functions are driven by their own events; what they do is seen in the ledger. */
  async function settle(isOver: () => Promise<boolean> = async () => true): Promise<readonly []> {
    const started = now().getTime();
    for (let look = 1; !(await unlessBusy(isOver)); look += 1) {
      const waited = now().getTime() - started;
      if (waited >= patienceMs) {
        say(`not done after ${Math.round(waited / MINUTE_MS)} minutes; the functions go on without this command`);
        return [];
      }
      if (look % LOOKS_A_LINE === 0) say(`waiting for the functions (${Math.round(waited / 1000)} s)`);
      await pause();
    }
    return [];
  }

  return {
    catalog: deployed,
    raw: gcsStore({ bucket: config.rawBucket, client }),
    clean: gcsStore({ bucket: config.cleanBucket, client }),
    outbox: config.outboxBucket === '' ? undefined : gcsStore({ bucket: config.outboxBucket, client }),
    exports: config.exportsBucket === '' ? undefined : gcsStore({ bucket: config.exportsBucket, client }),
    warehouse: bigQueryWarehouse(config.warehouse),
    now,
    codeVersion: env['CODE_VERSION'] ?? 'local',
    session: onlyThere,
    isDelivering: false,
    onItsWayMs,
    silence: `no raw object yet: see the log of extract and the topic ${config.noticesTopic}`,
    origins: async () => [],
    isSample: async () => false,
    leftOut: async () => new Map(),
    notices: async () => [],
    publish: async (message) => ({ id: await pubsub.publish(config.requestsTopic, message) }),
    deadLetters: async () => [],
    redeliver: onlyHere,
    again: async (store, object) => await store.copy(object.name, object.generation, object.name, object.metadata),
    deliver: onlyHere,
    settle,
    watch: () => () => undefined,
    service: onlyHere,
    close: () => pubsub.close(),
  };
}

/** What fails for now is looked at again. */
async function unlessBusy(isOver: () => Promise<boolean>): Promise<boolean> {
  try {
    return await isOver();
  } catch (error) {
    if (error instanceof TransientError) return false;
    throw error;
  }
}

function onlyHere(): Promise<never> {
  throw new CommandError('Google Cloud delivers by itself');
}

function onlyThere(): Promise<never> {
  throw new CommandError('on Google Cloud the models are run by Dataform');
}
