import { type GivenContact, SAFE_NAME_PATTERN } from './contact.ts';
import { type GivenEvent, utc } from './event.ts';
import type { IntegrationSettings } from './settings.ts';

const optional = (maxLength: number, description: string) => ({ type: ['string', 'null'], maxLength, description }) as const;
const TIME = { type: ['string', 'null'], format: 'date-time' } as const;
const MAX_TRANSCRIPT = 5_000;

/** JSON Schema of a chatbot's lead. */
export const LEAD_SCHEMA = {
  type: 'object',
  required: ['session_id', 'merchant_id'],
  properties: {
    session_id: { type: 'string', minLength: 1, maxLength: 200, pattern: '\\S', description: 'The conversation' },
    merchant_id: { type: 'string', minLength: 1, maxLength: 200, pattern: '\\S', description: 'The merchant whose chatbot it was' },
    customer_email: { type: ['string', 'null'], maxLength: 254, format: 'email' },
    first_name: optional(100, 'First name'),
    last_name: optional(100, 'Last name'),
    phone: optional(20, 'Phone number, best as E.164'),
    conversation_summary: optional(5_000, 'What was said, in short'),
    messages: {
      type: ['array', 'null'],
      maxItems: 1_000,
      items: {
        type: 'object',
        required: ['role', 'content'],
        properties: { role: { type: 'string', maxLength: 50 }, content: { type: 'string', maxLength: 20_000 }, timestamp: TIME },
      },
    },
    products_discussed: { type: ['array', 'null'], maxItems: 200, items: { type: 'string', maxLength: 200 } },
    conversation_started_at: TIME,
    conversation_ended_at: TIME,
    sentiment: optional(100, 'How the customer felt; sent where the settings ask for it'),
    source: { type: ['string', 'null'], maxLength: 100, default: 'chatbot' },
    custom_properties: {
      type: ['object', 'null'],
      maxProperties: 200,
      propertyNames: { type: 'string', minLength: 1, maxLength: 100, pattern: SAFE_NAME_PATTERN },
    },
  },
} as const;

/** A lead as it came, once the schema has passed it. */
export interface GivenLead {
  readonly session_id: string;
  readonly merchant_id: string;
  readonly customer_email?: string | null;
  readonly first_name?: string | null;
  readonly last_name?: string | null;
  readonly phone?: string | null;
  readonly conversation_summary?: string | null;
  readonly messages?: readonly { readonly role: string; readonly content: string; readonly timestamp?: string | null }[] | null;
  readonly products_discussed?: readonly string[] | null;
  readonly conversation_started_at?: string | null;
  readonly conversation_ended_at?: string | null;
  readonly sentiment?: string | null;
  readonly source?: string | null;
  readonly custom_properties?: Readonly<Record<string, unknown>> | null;
}

/** What a lead becomes for one CRM: a contact (to be passed through `contactFor`) and, where the settings ask for it, the conversation as an event. */
export interface LeadParts {
  readonly contact: GivenContact;
  readonly event?: GivenEvent;
}

export const LEAD_EVENT = 'Chat Conversation';

/** Splits a lead by the settings of one CRM; the email may be missing, then no CRM takes the contact. */
export function leadParts(lead: GivenLead, settings: IntegrationSettings): LeadParts {
  const quality = settings.lead_quality ?? 'New';
  const products = lead.products_discussed?.join(', ');
  const contact: GivenContact = {
    email: lead.customer_email ?? null,
    first_name: lead.first_name ?? null,
    last_name: lead.last_name ?? null,
    phone: lead.phone ?? null,
    custom_properties: {
      ...lead.custom_properties,
      lead_source: lead.source ?? 'chatbot',
      lead_quality: quality,
      session_id: lead.session_id,
      merchant_id: lead.merchant_id,
      ...(products === undefined || products === '' ? {} : { products_discussed: products }),
    },
  };
  const event = conversation(lead, settings, quality);
  return event === undefined ? { contact } : { contact, event };
}

function conversation(lead: GivenLead, settings: IntegrationSettings, quality: string): GivenEvent | undefined {
  const { enabled = true, send_on_conversation_end: onEnd = true, include_sentiment: withSentiment = false } = settings.transcript_sync ?? {};
  const text = transcript(lead, settings);
  if (!enabled || !onEnd || text === '') return undefined;
  const [start, end] = [lead.conversation_started_at, lead.conversation_ended_at].map((time) => (time === undefined || time === null ? undefined : utc(time)));
  const properties = {
    session_id: lead.session_id,
    transcript: text,
    lead_quality: quality,
    products_discussed: lead.products_discussed?.join(', '),
    conversation_started_at: start,
    conversation_ended_at: end,
    sentiment: withSentiment ? lead.sentiment : undefined,
  };
  return {
    event_name: LEAD_EVENT,
    timestamp: end ?? start ?? null,
    properties: Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined && value !== null && value !== '')),
  };
}

/** Summary and messages as the settings allow, cut to what every CRM takes. */
function transcript({ conversation_summary: summary, messages }: GivenLead, { transcript_sync: chosen }: IntegrationSettings): string {
  const { include_summary: withSummary = true, include_full_transcript: withMessages = false } = chosen ?? {};
  const parts = [
    ...(withSummary && summary !== undefined && summary !== null && summary.trim() !== '' ? [`Summary:\n${summary.trim()}`] : []),
    ...(withMessages && messages !== undefined && messages !== null && messages.length > 0 ? [messages.map(line).join('\n')] : []),
  ];
  return [...parts.join('\n\n')].slice(0, MAX_TRANSCRIPT).join('');
}

function line({ role, content }: { readonly role: string; readonly content: string }): string {
  return `[${role.toUpperCase()}]: ${content}`;
}
