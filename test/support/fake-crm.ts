import type { Connection, ContactItem, CrmProvider, CrmType, EventItem, ItemResult } from '../../shared/crm/provider.ts';
import { CONTACT_FIELDS } from '../../shared/crm/contact.ts';
import type { CrmError } from '../../shared/crm/crm-error.ts';

type Write = { readonly kind: 'contact'; readonly item: ContactItem } | { readonly kind: 'event'; readonly item: EventItem };

/** A CRM in memory whose answers a test decides: what the service does is looked at, not how a vendor is spoken to. */
export interface FakeCrm {
  readonly provider: CrmProvider;
  /** Every call that came, in order, with its items. */
  readonly calls: (readonly Write[])[];
  /** What it holds, by the key of the item; a repeat overwrites. */
  readonly held: Map<string, Write>;
  readonly connections: Connection[];
  /** What a call answers for an item; default: delivered. */
  answer: (write: Write, call: number, size: number) => ItemResult | Promise<ItemResult>;
  /** Thrown by `validate`, where it is set. */
  invalid: CrmError | undefined;
  /** Is awaited in the middle of every call. */
  meanwhile: () => Promise<void>;
}

export function fakeCrm(type: CrmType, more: Partial<Pick<CrmProvider, 'required' | 'limits'>> = {}): FakeCrm {
  const fake: Omit<FakeCrm, 'provider'> = {
    calls: [],
    held: new Map(),
    connections: [],
    answer: () => ({ outcome: 'delivered', statusCode: 200 }),
    invalid: undefined,
    meanwhile: async () => undefined,
  };
  async function take(connection: Connection, writes: readonly Write[], signal: AbortSignal): Promise<readonly ItemResult[]> {
    fake.connections.push(connection);
    const call = fake.calls.push(writes);
    await fake.meanwhile();
    if (signal.aborted) return writes.map(() => ({ outcome: 'later', reason: 'out of time' }));
    const results: ItemResult[] = [];
    for (const write of writes) {
      const result = await fake.answer(write, call, writes.length);
      if (result.outcome === 'delivered') fake.held.set(write.item.key, write);
      results.push(result.outcome === 'delivered' ? { crmId: `${type}-${write.item.key.slice(0, 8)}`, ...result } : result);
    }
    return results;
  }
  const provider: CrmProvider = {
    type,
    title: `Fake ${type}`,
    credentials: { type: 'object', required: ['api_key'], properties: { api_key: { type: 'string', minLength: 1 } }, additionalProperties: false },
    shownCredential: ({ api_key: key }) => key,
    limits: { concurrency: 4, contactsPerBatch: 10, eventsPerBatch: 10 },
    fields: Object.fromEntries(CONTACT_FIELDS.map((field) => [field, field])) as CrmProvider['fields'],
    required: ['email'],
    async validate() {
      if (fake.invalid !== undefined) throw fake.invalid;
      return {};
    },
    upsertContacts: (connection, items, signal) =>
      take(
        connection,
        items.map((item) => ({ kind: 'contact', item })),
        signal,
      ),
    sendEvents: (connection, items, signal) =>
      take(
        connection,
        items.map((item) => ({ kind: 'event', item })),
        signal,
      ),
    ...more,
  };
  return Object.assign(fake, { provider });
}
