import type { PubSub } from '@google-cloud/pubsub';
import { TransientError } from '../errors.ts';

export interface PubSubClientOptions {
  /** Default: the project of the environment. */
  readonly projectId?: string;
  /** An emulator, as `127.0.0.1:<port>`; nothing is authenticated there. */
  readonly emulator?: string;
}

/** A client that is imported and made when something is first published: it costs 40 MB and 0.2 s. */
export interface PubSubClient {
  /** Resolves to the message's id when the server has the message. */
  publish(topic: string, json: unknown, attributes?: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
}

/** Publishes to topics named `<topic>` or `projects/<project>/topics/<topic>`; throws a TransientError. */
export function pubsubClient(options: PubSubClientOptions = {}): PubSubClient {
  let client: Promise<PubSub> | undefined;
  return {
    publish: async (topic, json, attributes = {}) => {
      client ??= load(options);
      try {
        // A message is not kept waiting for others: the instance may be frozen after the answer.
        const publisher = (await client).topic(topic, { batching: { maxMessages: 1 } });
        return await publisher.publishMessage({ data: Buffer.from(JSON.stringify(json)), attributes });
      } catch (error) {
        throw new TransientError('publish', `cannot publish to the topic ${topic}`, { cause: error });
      }
    },
    close: async () => (await client)?.close(),
  };
}

async function load({ projectId, emulator }: PubSubClientOptions): Promise<PubSub> {
  const { PubSub } = await import('@google-cloud/pubsub');
  return new PubSub({
    ...(projectId === undefined ? {} : { projectId }),
    ...(emulator === undefined ? {} : { apiEndpoint: emulator, emulatorMode: true }),
  });
}
