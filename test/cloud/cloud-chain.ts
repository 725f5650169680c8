import { randomUUID } from 'node:crypto';
import { deliverFunction } from '../../functions/deliver/index.ts';
import { startDelivery } from '../../infra/local/delivery.ts';
import { serveFunctions } from '../../infra/local/function-servers.ts';
import { type FunctionOptions, functionsOn } from '../../infra/local/host.ts';
import type { Topic, TopicMessage } from '../../infra/local/topic.ts';
import type { ShipDeps } from '../../shared/crm-delivery/ship.ts';
import type { Notice } from '../../shared/notices/notices.ts';
import { pubsubNotices } from '../../shared/notices/pubsub.ts';
import { pubsubClient } from '../../shared/notices/pubsub-client.ts';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import { gcsClient } from '../../shared/object-store/gcs-client.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import { bigQueryWarehouse } from '../../shared/warehouse/bigquery.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import { startBigQueryEmulator } from './bigquery-emulator.ts';
import { endpoints, PROJECT } from './endpoints.ts';
import { openSubscription, type PulledSubscription } from './subscription.ts';

/** The functions behind the Functions Framework on the clients of Google Cloud; the delivery loop of the local host plays Eventarc. */
export interface CloudChain {
  readonly raw: ObjectStore;
  readonly clean: ObjectStore;
  readonly outbox: ObjectStore;
  readonly warehouse: Warehouse;
  /** Publishes to `extract-requests` and waits until the subscription has it. */
  request(json: unknown): Promise<void>;
  /** Waits until the subscription has the next message. */
  receive(): Promise<void>;
  /** The topic that `extract` listens to. */
  readonly requestsTopic: string;
  readonly bigQueryUrl: string;
  /** Delivers every event that is not in that journal, until nothing is left; throws where something keeps failing. */
  deliver(journal: string): Promise<void>;
  nextNotice(): Promise<Notice>;
  close(): Promise<void>;
}

export interface CloudChainOptions extends Pick<FunctionOptions, 'streams' | 'sources' | 'http'> {
  readonly dir: string;
  /** What `deliver` sends with; without it OUTBOX is left alone. */
  readonly ship?: ShipDeps;
}

const TIMEOUT_MS = 60_000;

/** Opens buckets, topics and a warehouse of its own. */
export async function openCloudChain(options: CloudChainOptions): Promise<CloudChain> {
  const { gcs, pubsub } = endpoints();
  const emulator = await startBigQueryEmulator();
  const id = randomUUID();
  const client = gcsClient({ apiEndpoint: gcs, projectId: PROJECT });
  const bucket = async (name: string) => {
    await (await client()).storage.createBucket(name);
    return gcsStore({ bucket: name, client });
  };
  const [raw, clean, outbox] = [await bucket(`raw-${id}`), await bucket(`clean-${id}`), await bucket(`outbox-${id}`)];
  const publisher = pubsubClient({ projectId: PROJECT, emulator: pubsub });
  const requests = await openSubscription(`extract-requests-${id}`);
  const failures = await openSubscription(`pipeline-failures-${id}`);
  const warehouse = bigQueryWarehouse({
    projectId: PROJECT,
    location: 'US',
    maximumBytesBilled: '1000000000',
    apiEndpoint: emulator.url,
    pollDelayMs: () => 1,
  });
  const notices = pubsubNotices({ topic: failures.topic, client: publisher });
  const now = () => new Date();
  const { ship } = options;
  const around = { now, log: () => {}, codeVersion: 'test' };
  const servers = await serveFunctions({
    ...functionsOn({ raw, clean, warehouse, notices }, { ...options, ...around }),
    ...(ship === undefined ? {} : { deliver: deliverFunction({ ...around, ...ship, notices, outbox, timeoutMs: TIMEOUT_MS, rerunFlag: '--cloud' }) }),
  });
  const received: TopicMessage[] = [];

  return {
    raw,
    clean,
    outbox,
    warehouse,
    async request(json) {
      await publisher.publish(requests.topic, json);
      received.push(await pulled(requests));
    },
    async receive() {
      received.push(await pulled(requests));
    },
    requestsTopic: requests.topic,
    bigQueryUrl: emulator.url,
    async deliver(journal) {
      const stores = [
        { store: raw, function: 'transform' as const },
        { store: clean, function: 'load' as const },
        ...(ship === undefined ? [] : [{ store: outbox, function: 'deliver' as const }]),
      ];
      const delivery = await startDelivery({
        file: journal,
        stores,
        topic: topicOf(received),
        urls: servers.urls,
        now,
        maxAttempts: 3,
        firstDelayMs: 1,
        concurrency: 1,
      });
      const waiting = await delivery.idle();
      await delivery.stop();
      const failed = [...waiting, ...delivery.deadLetters()];
      if (failed.length > 0) throw new Error(`not delivered: ${JSON.stringify(failed)}`);
    },
    async nextNotice() {
      for await (const { data } of failures.messages()) return JSON.parse(data.toString());
      throw new Error('the subscription ended');
    },
    async close() {
      await servers.stop();
      await emulator.stop();
      await Promise.all([publisher.close(), requests.close(), failures.close()]);
    },
  };
}

async function pulled(subscription: PulledSubscription): Promise<TopicMessage> {
  for await (const { id, publishTime, data } of subscription.messages()) return { id, time: publishTime.toISOString(), json: JSON.parse(data.toString()) };
  throw new Error('the subscription ended');
}

/** What has come from the real topic, as the delivery loop reads it. */
function topicOf(received: readonly TopicMessage[]): Topic {
  return { messages: () => received, publish: () => Promise.reject(new Error('publish to the real topic')) };
}
