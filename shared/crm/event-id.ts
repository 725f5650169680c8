import { uuidV5 } from './uuid.ts';
import type { Connection, EventItem } from './provider.ts';

/** What an event is called in every CRM, so that a repeat is known as one: the same for the same user and key. */
export function eventId({ userId }: Pick<Connection, 'userId'>, { key }: Pick<EventItem, 'key'>): string {
  return uuidV5(`event\n${userId}\n${key}`);
}
