import { on } from 'node:events';
import { type Message, PubSub } from '@google-cloud/pubsub';
import { endpoints, PROJECT } from './endpoints.ts';

/** A topic and a subscription that this process pulls from, as Eventarc does. */
export interface PulledSubscription {
  readonly topic: string;
  /** What arrives, acknowledged as it is handed out; never ends by itself. */
  messages(): AsyncGenerator<Message>;
  close(): Promise<void>;
}

/** Makes a topic of that name with one subscription. */
export async function openSubscription(topic: string): Promise<PulledSubscription> {
  const client = new PubSub({ projectId: PROJECT, apiEndpoint: endpoints().pubsub, emulatorMode: true });
  const [created] = await client.createTopic(topic);
  const [subscription] = await created.createSubscription(topic);
  return {
    topic,
    async *messages() {
      for await (const [message] of on(subscription, 'message')) {
        message.ack();
        yield message;
      }
    },
    async close() {
      await subscription.close();
      await client.close();
    },
  };
}
