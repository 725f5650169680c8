import type { Ending } from '../crm-store/item-states.ts';
import type { Outcome, Shipped } from './shipment.ts';

const STATUS = { delivered: 'success', unchanged: 'success', superseded: 'superseded', later: 'retrying', refused: 'failed' } as const;
const MAX_MESSAGE = 500;

/** What became of shipments, for the audit; `outboxObject` names where those wait that are for later. */
export function endingsOf(shipped: readonly Shipped[], outboxObject: (one: Shipped) => string | null): readonly Ending[] {
  return shipped.map((one) => endingOf(one, outboxObject(one)));
}

function endingOf({ shipment, outcome, attempts, warnings, sent, token }: Shipped, outboxObject: string | null): Ending {
  const { integration, kind } = shipment;
  const delivered = outcome.outcome === 'delivered' || outcome.outcome === 'unchanged';
  return {
    logId: shipment.logId,
    integrationId: integration.integration_id,
    userId: integration.user_id,
    crmType: integration.crm_type,
    kind,
    itemKey: shipment.itemKey,
    // What somebody else has taken stays theirs.
    token: token ?? '00000000-0000-0000-0000-000000000000',
    delivered,
    occurredAt: shipment.occurredAt,
    sent,
    crmEntityId: delivered ? outcome.crmId : null,
    status: STATUS[outcome.outcome],
    statusCode: 'statusCode' in outcome ? outcome.statusCode : null,
    errorCode: errorCode(outcome),
    message: errorMessage(outcome)?.slice(0, MAX_MESSAGE) ?? null,
    attempts: token === undefined ? 0 : attempts - 1,
    response: delivered ? { outcome: outcome.outcome, ...(warnings.length === 0 ? {} : { warnings }) } : null,
    outboxObject: outcome.outcome === 'later' ? outboxObject : null,
    endpoint: `${integration.crm_type}/${kind}s`,
  };
}

function errorCode(outcome: Outcome): string | null {
  if (outcome.outcome === 'refused') return outcome.code;
  return outcome.outcome === 'superseded' || outcome.outcome === 'later' ? outcome.outcome : null;
}

/** Why it is not delivered, in words; null where it is. */
export function errorMessage(outcome: Outcome): string | null {
  if (outcome.outcome === 'refused') return outcome.message;
  if (outcome.outcome === 'later') return outcome.reason;
  return outcome.outcome === 'superseded' ? 'a newer version of this contact was delivered before' : null;
}
