import { PermanentError } from './errors.ts';

/** What every delivery carries: an id that redeliveries keep, and the time of what happened. */
export interface EventContext {
  readonly id: string;
  readonly time: Date;
}

export interface StorageEvent extends EventContext {
  readonly bucket: string;
  readonly name: string;
  /** int64 as decimal text: Eventarc sends text, a hand-made call a number. */
  readonly generation: string;
}

export interface MessageEvent extends EventContext {
  /** The message's JSON. */
  readonly json: unknown;
}

type Members = Readonly<Record<string, unknown>>;

const FINALIZED = 'google.cloud.storage.object.v1.finalized';
const PUBLISHED = 'google.cloud.pubsub.topic.v1.messagePublished';

/** Reads the CloudEvent of a finalized object; throws PermanentError for anything else. */
export function storageEvent(event: unknown): StorageEvent {
  const context = eventContext(event, FINALIZED);
  const data = members(members(event)['data']);
  const { bucket, name, generation } = data;
  if (typeof bucket !== 'string' || typeof name !== 'string') throw refused('its data names no bucket and object');
  const text = typeof generation === 'number' && Number.isSafeInteger(generation) ? String(generation) : generation;
  if (typeof text !== 'string' || !/^\d{1,19}$/.test(text)) throw refused('its data has no generation');
  return { ...context, bucket, name, generation: text };
}

/** Reads the CloudEvent of a Pub/Sub message whose data is JSON; throws PermanentError for anything else. */
export function messageEvent(event: unknown): MessageEvent {
  const context = eventContext(event, PUBLISHED);
  const { data } = members(members(members(event)['data'])['message']);
  if (typeof data !== 'string') throw refused('the message has no data');
  try {
    return { ...context, json: JSON.parse(Buffer.from(data, 'base64').toString('utf8')) };
  } catch (cause) {
    throw refused('the message is not JSON in base64', cause);
  }
}

function eventContext(event: unknown, type: string): EventContext {
  const { id, time, type: actual } = members(event);
  if (actual !== type) throw refused(`its type is ${typeof actual === 'string' ? `"${actual.slice(0, 100)}"` : 'missing'}, expected "${type}"`);
  if (typeof id !== 'string' || id === '') throw refused('it has no id');
  const date = typeof time === 'string' || time instanceof Date ? new Date(time) : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) throw refused('it has no time, so nobody could tell how long it has been failing');
  return { id, time: date };
}

function refused(why: string, cause?: unknown): PermanentError {
  return new PermanentError('event', `the event is refused: ${why}`, { cause });
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}
