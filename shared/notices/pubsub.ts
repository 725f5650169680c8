import type { Notices } from './notices.ts';
import { type PubSubClient, pubsubClient } from './pubsub-client.ts';

export interface PubSubNoticesOptions {
  /** `pipeline-failures`, or its full name. */
  readonly topic: string;
  readonly client?: PubSubClient;
}

/** Notices as messages: the notice as JSON; in attributes, for filters of subscriptions, what says whether it is a repeat and how urgent it is. */
export function pubsubNotices({ topic, client = pubsubClient() }: PubSubNoticesOptions): Notices {
  return {
    publish: async (notice) => {
      const { id, function: name, class: kind, state } = notice;
      await client.publish(topic, notice, { id, function: name, class: kind, state });
    },
  };
}
