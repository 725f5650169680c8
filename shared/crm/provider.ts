import type { ContactField, StandardContact } from './contact.ts';
import type { CrmHttp } from './http.ts';
import type { IntegrationSettings } from './settings.ts';
import type { TokenCache } from './token-cache.ts';

/** The CRMs that can be connected. */
export type CrmType = 'klaviyo' | 'salesforce' | 'creatio' | 'hubspot';

/** One CRM: what it needs to be connected, how a contact is named in it, and the writes, each of which can be repeated. */
export interface CrmProvider {
  readonly type: CrmType;
  readonly title: string;
  /** JSON Schema (2020-12, as ajv reads it) of the credentials a user gives. */
  readonly credentials: CredentialsSchema;
  /** The credential whose last four characters show which one is stored. */
  readonly shownCredential: (credentials: Credentials) => string | undefined;
  readonly limits: CrmLimits;
  /** Where each standard field goes; null where the CRM has no place for it, then it is dropped with a warning. */
  readonly fields: FieldMapping;
  /** The standard fields without which the CRM takes no contact. */
  readonly required: readonly ContactField[];
  /** The field by which the settings let a contact be found in place of its email, where they name one: a record made without it has to be given it first. */
  readonly keyField?: (settings: IntegrationSettings) => string | undefined;
  /** Proves the credentials by one harmless call; throws CrmError. */
  validate(connection: Connection, signal: AbortSignal): Promise<{ readonly account?: string }>;
  /** Writes contacts; one result per item, in the same order. Any number of items: it makes its own batches. Does not throw for what a CRM or the network does. */
  upsertContacts(connection: Connection, items: readonly ContactItem[], signal: AbortSignal): Promise<readonly ItemResult[]>;
  /** Records events; as `upsertContacts`. */
  sendEvents(connection: Connection, items: readonly EventItem[], signal: AbortSignal): Promise<readonly ItemResult[]>;
}

export type Credentials = Readonly<Record<string, string>>;

export interface CredentialsSchema {
  readonly type: 'object';
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly additionalProperties: false;
  readonly anyOf?: readonly Readonly<Record<string, unknown>>[];
}

export type FieldMapping = Readonly<Record<ContactField, string | null>>;

/** What one user's connection may ask of a CRM at once. */
export interface CrmLimits {
  /** Requests in parallel, in one process. */
  readonly concurrency: number;
  /** Items that go best in one call of `upsertContacts`. */
  readonly contactsPerBatch: number;
  readonly eventsPerBatch: number;
}

/** One user's connection to one CRM, with what its calls need. */
export interface Connection {
  readonly userId: string;
  readonly integrationId: string;
  readonly credentials: Credentials;
  readonly settings: IntegrationSettings;
  /** One cache for the process; its keys hold the integration and a digest of the credentials. */
  readonly tokens: TokenCache;
  readonly http: CrmHttp;
  /** Runs `work` alone among all that use the same name in this integration (a lease in the database): for look-up-then-write. Undefined where the signal comes first. */
  lock<Result>(name: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result | undefined>;
}

export interface ContactItem {
  /** Says that two items are the same one. */
  readonly key: string;
  readonly contact: StandardContact;
  /** Fields that are emptied in the CRM where the contact has no value; `custom_properties.<name>` too. What is not named here is never emptied. */
  readonly wipe?: readonly string[];
  /** Goes into the external id field that the settings name (Salesforce); the email where it is missing. */
  readonly externalId?: string;
  /** Of a contact whose record may not have its external id yet: the id of the record where it is known. */
  readonly unlinked?: { readonly crmId: string | null };
}

export interface EventItem {
  readonly key: string;
  readonly name: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly value?: number;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly contact: StandardContact;
}

/** What became of one item. A message names fields, codes and what to do, never a value or a credential. */
export type ItemResult = Delivered | Later | Refused;

export interface Delivered {
  readonly outcome: 'delivered';
  readonly statusCode: number;
  readonly crmId?: string;
  readonly created?: boolean;
  /** What was left out, and why. */
  readonly warnings?: readonly string[];
  /** Those of them that the CRM has no place for as yet, as `wipe` names fields: they are to be sent again. */
  readonly leftOut?: readonly string[];
}

/** It may work later; where `retryAfterMs` is there, not before. */
export interface Later {
  readonly outcome: 'later';
  readonly reason: string;
  readonly statusCode?: number;
  readonly retryAfterMs?: number;
}

/** It never will as it is. `code` `credentials` means that the user has to connect again. */
export interface Refused {
  readonly outcome: 'refused';
  readonly code: string;
  readonly message: string;
  readonly statusCode?: number;
}
