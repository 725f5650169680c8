import { SAFE_NAME_PATTERN } from './contact.ts';

/** What an event may hold; 400 properties and 100 KB a text are Klaviyo's limits, the smallest of the four. */
export const EVENT_PROPERTIES = {
  event_name: { type: 'string', minLength: 1, maxLength: 100, pattern: '\\S', description: 'Name of the event, the same in every CRM' },
  properties: {
    type: ['object', 'null'],
    maxProperties: 400,
    propertyNames: { type: 'string', minLength: 1, maxLength: 100, pattern: SAFE_NAME_PATTERN },
    description: 'What happened',
  },
  timestamp: { type: ['string', 'null'], format: 'date-time', description: 'When it happened; now where it is missing. One without an offset is UTC' },
  value: { type: ['number', 'null'], description: 'A monetary value' },
} as const;

/** JSON Schema of a standard event. */
export const EVENT_SCHEMA = { type: 'object', required: ['event_name'], properties: EVENT_PROPERTIES } as const;

/** An event as it came, once the schema has passed it. */
export interface GivenEvent {
  readonly event_name: string;
  readonly properties?: Readonly<Record<string, unknown>> | null;
  readonly timestamp?: string | null;
  readonly value?: number | null;
}

/** The parts of an EventItem that the event itself gives. */
export interface NormalisedEvent {
  readonly name: string;
  readonly time: string;
  readonly value?: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Trims the name, drops properties that are null, and makes the time UTC (`now` where it has none). */
export function normaliseEvent({ event_name, properties, timestamp, value }: GivenEvent, now: Date): NormalisedEvent {
  return {
    name: event_name.trim(),
    time: timestamp === undefined || timestamp === null ? now.toISOString() : utc(timestamp),
    ...(value === undefined || value === null ? {} : { value }),
    properties: Object.fromEntries(Object.entries(properties ?? {}).filter(([, property]) => property !== null)),
  };
}

/** A date-time as ISO 8601 in UTC; one without an offset is UTC already. Throws RangeError on a time that does not exist. */
export function utc(dateTime: string): string {
  const isLocal = !/(?:[zZ]|[+-]\d\d:?\d\d)$/.test(dateTime);
  return new Date(`${dateTime.replace(' ', 'T')}${isLocal ? 'Z' : ''}`).toISOString();
}
