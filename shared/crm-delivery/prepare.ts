import { type GivenContact, type NormalisedContact, normaliseContact } from '../crm/contact.ts';
import { normaliseEvent } from '../crm/event.ts';
import { contactFor, hiddenFields, isEventEnabled } from '../crm/settings.ts';
import { digest, stableUuid } from '../crm-store/digest.ts';
import type { SealedIntegration } from '../crm-store/integrations.ts';
import type { Parcel, ParcelKind } from './parcel.ts';
import type { Shipment } from './shipment.ts';

const OPERATION = { contact: 'create_contact', event: 'send_event', lead: 'create_lead_with_transcript' } as const;

export type Normalise = (given: GivenContact, defaultCountry?: string) => NormalisedContact;

/** Normalises a contact once for all the CRMs that get it. */
export function normaliseOnce(): Normalise {
  let last: { readonly given: GivenContact; readonly country: string | undefined; readonly normal: NormalisedContact } | undefined;
  return (given, country) => {
    if (last?.given !== given || last.country !== country) last = { given, country, normal: normaliseContact(given, country) };
    return last.normal;
  };
}

/**
 * What a parcel becomes for one CRM under its settings: shipments to be sent one after the other, each only once the one before it has
 * ended well. None where the settings let nothing out.
 */
export function prepare(parcel: Parcel, kind: ParcelKind, integration: SealedIntegration, normalise: Normalise = normaliseContact): readonly Shipment[] {
  const { settings } = integration;
  const normal = normalise(parcel.contact, settings.default_country);
  const shipments: Shipment[] = [];
  if (kind !== 'event' && parcel.contact_done !== true) shipments.push(contactShipment(parcel, kind, integration, normal));
  if (parcel.event !== undefined && isEventEnabled(settings, parcel.event.event_name.trim())) {
    shipments.push(eventShipment(parcel, kind, integration, normal.contact));
  }
  return shipments;
}

function contactShipment(parcel: Parcel, kind: ParcelKind, integration: SealedIntegration, { contact, warnings }: NormalisedContact): Shipment {
  const { user_id: user } = parcel;
  const itemKey = digest('contact', user, contact.email === '' ? parcel.key : contact.email);
  const hidden = hiddenFields(integration.settings);
  // What has a value is not emptied either: the value is sent.
  const wipe = (parcel.wipe ?? []).filter((field) => !hidden.has(field));
  return {
    ...addressed(parcel, kind, integration, 'contact'),
    kind: 'contact',
    itemKey,
    warnings,
    entityId: parcel.entity_id ?? parcel.external_id ?? itemKey,
    item: {
      key: stableUuid('contact', user, integration.crm_type, contact.email === '' ? parcel.key : contact.email),
      contact: contactFor(integration.settings, contact),
      ...(wipe.length === 0 ? {} : { wipe }),
      ...(parcel.external_id === undefined ? {} : { externalId: parcel.external_id }),
    },
  };
}

function eventShipment(parcel: Parcel, kind: ParcelKind, integration: SealedIntegration, { email, phone }: NormalisedContact['contact']): Shipment {
  if (parcel.event === undefined) throw new Error('a parcel without an event has no event to ship');
  const { user_id: user, key } = parcel;
  const itemKey = digest('event', user, key);
  return {
    ...addressed(parcel, kind, integration, 'event'),
    kind: 'event',
    itemKey,
    warnings: [],
    entityId: parcel.entity_id ?? itemKey,
    item: {
      key: stableUuid('event', user, integration.crm_type, key),
      ...normaliseEvent(parcel.event, new Date(parcel.occurred_at)),
      contact: { email, ...(phone === undefined ? {} : { phone }) },
    },
  };
}

function addressed(parcel: Parcel, kind: ParcelKind, integration: SealedIntegration, part: 'contact' | 'event') {
  return {
    integration,
    logId: stableUuid('log', parcel.user_id, integration.crm_type, parcel.key, part),
    occurredAt: parcel.occurred_at,
    operation: kind === 'lead' && part === 'event' ? OPERATION.event : (parcel.operation ?? OPERATION[kind]),
    entityType: kind === 'lead' && part === 'event' ? 'event' : kind,
    source: parcel.source ?? 'api',
  };
}
