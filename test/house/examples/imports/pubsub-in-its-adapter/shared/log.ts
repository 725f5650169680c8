import type { PubSub } from '@google-cloud/pubsub';

export function print(client: PubSub): void {
  console.log(client.toString());
}
