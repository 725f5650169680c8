import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { Notice } from '../../shared/notices/notices.ts';
import { pubsubNotices } from '../../shared/notices/pubsub.ts';
import { pubsubClient } from '../../shared/notices/pubsub-client.ts';
import { describeNotices, exampleNotice } from '../contract/notices.ts';
import { endpoints, PROJECT } from './endpoints.ts';
import { openSubscription } from './subscription.ts';

const OPTIONS = { projectId: PROJECT, emulator: endpoints().pubsub };

async function open() {
  const topic = `notices-${randomUUID()}`;
  const subscription = await openSubscription(topic);
  const client = pubsubClient(OPTIONS);
  return {
    subscription,
    notices: pubsubNotices({ topic, client }),
    async received(atLeast: number): Promise<Notice[]> {
      const byId = new Map<string, Notice>();
      for await (const { data } of subscription.messages()) {
        const notice: Notice = JSON.parse(data.toString());
        byId.set(notice.id, notice);
        if (byId.size === atLeast) break;
      }
      return [...byId.values()];
    },
    async close(): Promise<void> {
      await Promise.all([client.close(), subscription.close()]);
    },
  };
}

describeNotices('Pub/Sub client on the emulator', open);

test('says in attributes what a subscription can filter by', async () => {
  const { notices, subscription, close } = await open();
  const published = exampleNotice();
  await notices.publish(published);
  for await (const { attributes } of subscription.messages()) {
    expect(attributes).toEqual({ id: published.id, function: 'load', class: 'permanent', state: 'final' });
    break;
  }
  await close();
});

test('fails, so that the event comes again, when the topic is not there', async () => {
  const client = pubsubClient(OPTIONS);
  await expect(pubsubNotices({ topic: `none-${randomUUID()}`, client }).publish(exampleNotice())).rejects.toMatchObject({ name: 'TransientError' });
  await client.close();
});
