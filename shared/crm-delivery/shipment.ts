import type { ContactItem, EventItem } from '../crm/provider.ts';
import type { SealedIntegration } from '../crm-store/integrations.ts';

/** One contact or event on its way to one CRM. */
export type Shipment = Addressed & ({ readonly kind: 'contact'; readonly item: ContactItem } | { readonly kind: 'event'; readonly item: EventItem });

export interface Addressed {
  readonly integration: SealedIntegration;
  /** The row of the audit; a repeat has the same. */
  readonly logId: string;
  /** Which contact or event it is: a digest. */
  readonly itemKey: string;
  /** ISO 8601: an older version never overwrites a newer one. */
  readonly occurredAt: string;
  readonly operation: string;
  readonly entityType: string;
  readonly entityId: string | null;
  readonly source: string;
  /** What was left out before, and why. */
  readonly warnings: readonly string[];
}

/** What became of a shipment. */
export type Outcome =
  | { readonly outcome: 'delivered' | 'unchanged'; readonly crmId: string | null; readonly created?: boolean; readonly statusCode: number | null }
  | { readonly outcome: 'superseded' }
  | { readonly outcome: 'later'; readonly reason: string; readonly statusCode: number | null }
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string; readonly statusCode: number | null };

/** An outcome with what the audit needs of it. */
export interface Shipped {
  readonly shipment: Shipment;
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly warnings: readonly string[];
  /** Field name to digest, of what the CRM has now. */
  readonly sent: Readonly<Record<string, string>>;
  /** Undefined where the item was not taken: somebody else is sending it. */
  readonly token: string | undefined;
}
