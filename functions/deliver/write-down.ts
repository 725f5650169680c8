import { acknowledge, type OutboxItem } from '../../shared/crm-store/outbox-items.ts';
import { endItems, releaseItems } from '../../shared/crm-store/item-states.ts';
import { endingsOf } from '../../shared/crm-delivery/endings.ts';
import type { Shipped } from '../../shared/crm-delivery/shipment.ts';
import { type Database, isOfData } from '../../shared/database/database.ts';

/** What came of a record. */
export interface Sent {
  readonly shipped: Shipped;
  /** Undefined where it goes on. */
  readonly ended: OutboxItem | undefined;
}

/** Records what was sent of an object; resolves to what the database refuses because of what it holds: the others are recorded. Throws DatabaseError. */
export async function writeDown(database: Database, object: string, sent: readonly Sent[]): Promise<ReadonlySet<Sent>> {
  let isWhole = false;
  try {
    const refused = await writeHalving(database, object, sent);
    isWhole = refused.length === 0;
    return new Set(refused);
  } finally {
    // Others need not wait for the end of the lease.
    if (!isWhole) await releaseItems(database.query, [...new Set(sent.flatMap(({ shipped }) => shipped.token ?? []))]).catch(() => undefined);
  }
}

async function writeHalving(database: Database, object: string, sent: readonly Sent[]): Promise<readonly Sent[]> {
  try {
    await writeAll(database, object, sent);
    return [];
  } catch (error) {
    if (!isOfData(error)) throw error;
    if (sent.length <= 1) return sent;
    const half = Math.ceil(sent.length / 2);
    const first = await writeHalving(database, object, sent.slice(0, half));
    return [...first, ...(await writeHalving(database, object, sent.slice(half)))];
  }
}

async function writeAll(database: Database, object: string, sent: readonly Sent[]): Promise<void> {
  const shipped = sent.map((one) => one.shipped);
  const ended = sent.flatMap((one) => one.ended ?? []);
  await database.transaction(async (query) => {
    await endItems(
      query,
      endingsOf(shipped, () => object),
    );
    await acknowledge(query, object, ended);
  });
}
