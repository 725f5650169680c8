import { errorMessage } from '../../shared/crm-delivery/endings.ts';
import type { Shipped } from '../../shared/crm-delivery/shipment.ts';
import type { Leg } from './fan-out.ts';

/** What became of one item in one CRM, as callers see it. */
export interface Result {
  /** True where it is delivered, was there already, or will be delivered without another request. */
  readonly success: boolean;
  readonly outcome: 'delivered' | 'unchanged' | 'queued' | 'superseded' | 'refused';
  readonly data?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly error_code?: string;
  /** The row of the audit. */
  readonly log_id: string;
  readonly attempts: number;
}

/** JSON Schema of a result. */
export const RESULT_SCHEMA = {
  type: 'object',
  required: ['success', 'outcome', 'log_id', 'attempts'],
  properties: {
    success: { type: 'boolean', description: 'Delivered, there already, or queued' },
    outcome: { type: 'string', enum: ['delivered', 'unchanged', 'queued', 'superseded', 'refused'] },
    data: {
      type: 'object',
      properties: {
        crm_entity_id: { type: ['string', 'null'] },
        created: { type: 'boolean' },
        status_code: { type: ['integer', 'null'] },
        warnings: { type: 'array', items: { type: 'string' } },
      },
    },
    error: { type: 'string' },
    error_code: { type: 'string' },
    log_id: { type: 'string', format: 'uuid' },
    attempts: { type: 'integer' },
  },
} as const;

/** The result of a shipment. */
export function resultOf({ shipment, outcome, attempts, warnings }: Shipped): Result {
  const base = { log_id: shipment.logId, attempts };
  const warned = warnings.length === 0 ? {} : { warnings };
  if (outcome.outcome === 'delivered' || outcome.outcome === 'unchanged') {
    const created = outcome.created === undefined ? {} : { created: outcome.created };
    return { success: true, outcome: outcome.outcome, data: { crm_entity_id: outcome.crmId, ...created, status_code: outcome.statusCode, ...warned }, ...base };
  }
  const error = errorMessage(outcome) ?? '';
  if (outcome.outcome === 'later') return { success: true, outcome: 'queued', data: { reason: error, status_code: outcome.statusCode, ...warned }, ...base };
  const code = outcome.outcome === 'refused' ? outcome.code : 'superseded';
  return { success: false, outcome: outcome.outcome, error, error_code: code, ...base };
}

/** The results by CRM; one whose settings let nothing out is not among them. */
export function resultsByCrm(legs: readonly Leg[]): Readonly<Record<string, Result>> {
  return Object.fromEntries(legs.flatMap(({ integration, shipped: [first] }) => (first === undefined ? [] : [[integration.crm_type, resultOf(first)]])));
}

/** 202 where something will be delivered later, else 200. */
export function statusOf(legs: readonly Leg[]): 200 | 202 {
  return legs.some(({ shipped }) => shipped.some(({ outcome }) => outcome.outcome === 'later')) ? 202 : 200;
}

/** What happened, in one line. */
export function summaryOf(legs: readonly Leg[]): string {
  const outcomes = legs.flatMap(({ shipped: [first] }) => (first === undefined ? [] : [resultOf(first).outcome]));
  const counts = Map.groupBy(outcomes, (outcome) => outcome);
  return outcomes.length === 0
    ? 'Nothing to send: the settings of no CRM ask for it'
    : [...counts].map(([outcome, all]) => `${all.length} ${outcome}`).join(', ');
}
