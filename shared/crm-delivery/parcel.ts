import { CONTACT_FIELDS, CONTACT_PROPERTIES, type GivenContact } from '../crm/contact.ts';
import { EVENT_PROPERTIES, type GivenEvent } from '../crm/event.ts';

/** What is delivered: a contact, an event, or a lead, which is a contact and then, where the settings ask for it, an event. */
export type ParcelKind = 'contact' | 'event' | 'lead';

/** One item as it came, for one user; the same in a request, in an object of OUTBOX, and in each line of a bulk object. */
export interface Parcel {
  readonly user_id: string;
  /** Says that two parcels are the same one. */
  readonly key: string;
  /** ISO 8601: of two versions of a contact the later one stays. */
  readonly occurred_at: string;
  /** Of an event only the email and the phone count. */
  readonly contact: GivenContact;
  readonly event?: GivenEvent;
  readonly wipe?: readonly string[];
  readonly external_id?: string;
  /** What the audit calls it; default: by its kind. */
  readonly operation?: string;
  readonly entity_id?: string | null;
  readonly source?: string;
  /** Of a parcel whose contact is delivered: only the event is left. */
  readonly contact_done?: boolean;
}

/** Fields that may be emptied. */
export const WIPE_SCHEMA = {
  type: 'array',
  maxItems: 100,
  uniqueItems: true,
  items: {
    type: 'string',
    maxLength: 120,
    pattern: `^(?:${CONTACT_FIELDS.filter((field) => field !== 'email').join('|')}|custom_properties\\.(?!__proto__$).+)$`,
  },
  description:
    'Fields that are emptied in the CRM, but for those that have a value here or that `selected_fields` keeps back; without it an empty or missing value ' +
    'never empties a filled field',
} as const;

export const EXTERNAL_ID_SCHEMA = { type: 'string', minLength: 1, maxLength: 200, pattern: '\\S', description: 'Your id of the contact' } as const;
export const OCCURRED_AT_SCHEMA = {
  type: 'string',
  format: 'date-time',
  description: 'When this version of the contact came to be; default: now. An older version than the one delivered is refused',
} as const;

/** A request's Idempotency-Key (255) behind the name of its route. */
export const MAX_KEY = 300;
/** A lead has five properties of its own beside those that it may be given. */
const LEAD_PROPERTIES = { ...CONTACT_PROPERTIES.custom_properties, maxProperties: CONTACT_PROPERTIES.custom_properties.maxProperties + 5 } as const;

/** JSON Schema of a parcel in an object of OUTBOX: it takes whatever a request may have put by. */
export function parcelSchema(kind: ParcelKind) {
  return {
    type: 'object',
    required: ['user_id', 'contact', ...(kind === 'event' ? ['event'] : [])],
    properties: {
      user_id: { type: 'string', minLength: 1, maxLength: 255, pattern: '\\S' },
      key: { type: 'string', minLength: 1, maxLength: MAX_KEY },
      occurred_at: OCCURRED_AT_SCHEMA,
      contact: {
        type: 'object',
        required: ['email'],
        // A lead may have no email: then each CRM refuses it by name.
        properties:
          kind === 'lead'
            ? { ...CONTACT_PROPERTIES, email: { ...CONTACT_PROPERTIES.email, type: ['string', 'null'] }, custom_properties: LEAD_PROPERTIES }
            : CONTACT_PROPERTIES,
      },
      event: { type: 'object', required: ['event_name'], properties: EVENT_PROPERTIES },
      wipe: WIPE_SCHEMA,
      external_id: EXTERNAL_ID_SCHEMA,
      operation: { type: 'string', maxLength: 100 },
      entity_id: { type: ['string', 'null'], maxLength: 255 },
      source: { type: 'string', maxLength: 100 },
      contact_done: { type: 'boolean' },
    },
  } as const;
}
