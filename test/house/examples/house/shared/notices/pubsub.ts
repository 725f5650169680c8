import { PubSub } from '@google-cloud/pubsub';

export async function publish(notice: string): Promise<void> {
  await new PubSub().publish(notice);
}
