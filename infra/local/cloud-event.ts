import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import type { TopicMessage } from './topic.ts';

/** A CloudEvent as it goes over HTTP, in binary mode: attributes as headers, data as the body. */
export interface EventRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What identifies one delivery; a redelivery keeps both. */
export interface Delivery {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly time: string;
}

/** The event that Eventarc sends for a finalized object. */
export function finalizedEvent(bucket: string, object: Pick<ObjectInfo, 'name' | 'generation' | 'size' | 'created'>, delivery: Delivery): EventRequest {
  const data = {
    kind: 'storage#object',
    bucket,
    name: object.name,
    generation: object.generation,
    metageneration: '1',
    size: String(object.size),
    timeCreated: object.created,
    updated: object.created,
  };
  return request('google.cloud.storage.object.v1.finalized', `//storage.googleapis.com/projects/_/buckets/${bucket}`, delivery, data, {
    'ce-subject': `objects/${encodeURIComponent(object.name)}`,
    'ce-bucket': bucket,
  });
}

/** The event that Eventarc sends for a Pub/Sub message. */
export function publishedEvent(message: Pick<TopicMessage, 'json'>, delivery: Delivery): EventRequest {
  const data = Buffer.from(JSON.stringify(message.json)).toString('base64');
  const body = { subscription: 'projects/local/subscriptions/extract', message: { data, messageId: delivery.id, publishTime: delivery.time } };
  return request('google.cloud.pubsub.topic.v1.messagePublished', '//pubsub.googleapis.com/projects/local/topics/extract-requests', delivery, body);
}

function request(type: string, source: string, delivery: Delivery, data: unknown, more: Record<string, string> = {}): EventRequest {
  return {
    headers: {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': delivery.id,
      'ce-time': delivery.time,
      'ce-type': type,
      'ce-source': source,
      ...more,
    },
    body: JSON.stringify(data),
  };
}
