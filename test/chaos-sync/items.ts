import type { CrmType } from '../../shared/crm/provider.ts';

export const CRM_TYPES: readonly CrmType[] = ['klaviyo', 'salesforce', 'creatio', 'hubspot'];

/** A request that a caller makes. */
export interface Item {
  readonly kind: 'contact' | 'event';
  readonly email: string;
  readonly path: string;
  readonly body: unknown;
  /** The idempotency key. */
  readonly key: string;
}

/** A contact each, and one event each, all of different people. */
export function itemsOf(people: number): readonly (readonly [contact: Item, event: Item])[] {
  return Array.from({ length: people }, (_, index) => {
    const email = `person${index}@example.com`;
    const contact = { email, first_name: `First${index}`, last_name: `Last${index}`, city: 'Ottawa', country: 'CA' };
    const event = {
      event_name: 'Order placed',
      timestamp: new Date(Date.UTC(2026, 10, 1) + index * 1_000).toISOString(),
      value: index,
      properties: { order: index },
    };
    return [
      { kind: 'contact', email, path: '/crm/sync/contact', body: contact, key: `contact ${index}`.replace(' ', '-') },
      { kind: 'event', email, path: `/crm/sync/event?contact_email=${encodeURIComponent(email)}`, body: event, key: `event-${index}` },
    ];
  });
}
