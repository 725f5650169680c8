import type { StandardContact } from './contact.ts';

/** What a user may set for one CRM. */
export interface IntegrationSettings {
  /** Which of `SELECTABLE_FIELDS` are sent; all of them where it is missing. The email always is. */
  readonly selected_fields?: readonly SelectableField[];
  readonly lead_quality?: string;
  /** The events that are sent; all of them where it is empty or missing. */
  readonly enabled_events?: readonly string[];
  readonly transcript_sync?: TranscriptSettings;
  readonly sync_frequency?: string;
  /** Salesforce: the external id field of Contact; without one a contact is found by its email. */
  readonly external_id_field?: string;
  /** Salesforce: an external id field of Task; without one a task is found by its CallObject. */
  readonly event_external_id_field?: string;
  /** HubSpot: the internal name (`pe<account>_<name>`) of each event; derived from the account and the event's name where it is missing. */
  readonly event_names?: Readonly<Record<string, string>>;
  /** Creatio: the category that activities get. */
  readonly activity_category_id?: string;
  /** The country (ISO 3166 alpha-2) of phone numbers without one. */
  readonly default_country?: string;
}

export interface TranscriptSettings {
  readonly enabled?: boolean;
  readonly send_on_conversation_end?: boolean;
  readonly include_summary?: boolean;
  readonly include_full_transcript?: boolean;
  readonly include_sentiment?: boolean;
}

export const SELECTABLE_FIELDS = ['first_name', 'last_name', 'email', 'phone'] as const;
export type SelectableField = (typeof SELECTABLE_FIELDS)[number];

const NAME = { type: 'string', minLength: 1, maxLength: 100 } as const;
const SALESFORCE_FIELD = { type: 'string', pattern: '^[A-Za-z]\\w{0,60}__c$' } as const;

/** JSON Schema of the settings; what it does not name is kept for the caller. */
export const SETTINGS_SCHEMA = {
  type: 'object',
  properties: {
    selected_fields: { type: 'array', uniqueItems: true, items: { type: 'string', enum: SELECTABLE_FIELDS } },
    lead_quality: NAME,
    enabled_events: { type: 'array', maxItems: 500, items: NAME },
    transcript_sync: {
      type: 'object',
      properties: {
        enabled: { type: 'boolean', default: true },
        send_on_conversation_end: { type: 'boolean', default: true },
        include_summary: { type: 'boolean', default: true },
        include_full_transcript: { type: 'boolean', default: false },
        include_sentiment: { type: 'boolean', default: false },
      },
    },
    external_id_field: { ...SALESFORCE_FIELD, description: 'Salesforce: an external id field of Contact (Email is none)' },
    event_external_id_field: { ...SALESFORCE_FIELD, description: 'Salesforce: an external id field of Task' },
    event_names: { type: 'object', maxProperties: 500, additionalProperties: { type: 'string', pattern: '^[a-z0-9_]{1,100}$' } },
    activity_category_id: { type: 'string', pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' },
    default_country: { type: 'string', pattern: '^[A-Z]{2}$' },
  },
} as const;

/** The selectable fields that are not selected: the CRM gets neither their values nor that they are to be emptied. */
export function hiddenFields({ selected_fields: selected }: IntegrationSettings): ReadonlySet<string> {
  return new Set(selected === undefined ? [] : SELECTABLE_FIELDS.filter((field) => field !== 'email' && !selected.includes(field)));
}

/** The contact as the settings allow it: without the selectable fields that are not selected, with the lead quality where one is set. */
export function contactFor(settings: IntegrationSettings, contact: StandardContact): StandardContact {
  const { lead_quality: quality } = settings;
  const hidden = hiddenFields(settings);
  const kept = Object.fromEntries(Object.entries(contact).filter(([field]) => !hidden.has(field)));
  const custom = quality === undefined ? contact.custom_properties : { lead_quality: quality, ...contact.custom_properties };
  return { ...kept, email: contact.email, ...(custom === undefined ? {} : { custom_properties: custom }) };
}

/** Says whether the settings let an event of this name out. */
export function isEventEnabled({ enabled_events: enabled = [] }: IntegrationSettings, name: string): boolean {
  return enabled.length === 0 || enabled.includes(name);
}
