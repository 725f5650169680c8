import { eventId } from '../event-id.ts';
import type { Connection, EventItem } from '../provider.ts';
import { propertyName, propertyValue } from './property.ts';

/** The internal name of an event: what the settings say, else `pe<account>_<name>`; undefined where nothing of the name is left. */
export function hubspotEventName({ settings }: Pick<Connection, 'settings'>, account: string, name: string): string | undefined {
  const named = settings.event_names;
  if (named !== undefined && Object.hasOwn(named, name)) return named[name];
  const own = propertyName(name);
  return own === undefined ? undefined : `pe${account}_${own}`;
}

/** An event completion; a repeat of its uuid is dropped by HubSpot. The value is a property like the others. */
export function hubspotEvent(connection: Connection, eventName: string, item: EventItem): Readonly<Record<string, unknown>> {
  const properties = new Map<string, string>(item.value === undefined ? [] : [['value', String(item.value)]]);
  for (const [given, value] of Object.entries(item.properties)) {
    const name = propertyName(given);
    if (name !== undefined) properties.set(free(properties, name), propertyValue(value));
  }
  return { eventName, email: item.contact.email, occurredAt: item.time, uuid: eventId(connection, item), properties: Object.fromEntries(properties) };
}

/** Two names that become one both stay. */
function free(taken: ReadonlyMap<string, string>, name: string): string {
  let found = name;
  for (let number = 2; taken.has(found); number += 1) found = `${name}_${number}`;
  return found;
}
