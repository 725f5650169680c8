import type { CrmType } from '../crm/provider.ts';
import { isDate } from '../names.ts';
import type { ParcelKind } from './parcel.ts';

/** An object of OUTBOX, taken apart: `<crm>/<kind>/<YYYY-MM-DD>/<id>.json` holds one parcel, `.ndjson` one a line. */
export interface OutboxName {
  readonly name: string;
  readonly crmType: CrmType;
  readonly kind: ParcelKind;
  readonly date: string;
  readonly isBulk: boolean;
}

const NAME = /^(klaviyo|salesforce|creatio|hubspot)\/(contact|event|lead)\/(\d{4}-\d\d-\d\d)\/[\w.-]{1,150}\.(json|ndjson)$/;

/** Builds the name of an object. */
export function outboxName(crmType: CrmType, kind: ParcelKind, at: Date, id: string, isBulk = false): string {
  return `${crmType}/${kind}/${at.toISOString().slice(0, 10)}/${id}.${isBulk ? 'ndjson' : 'json'}`;
}

/** Takes a name apart; undefined when it is not of the grammar. */
export function parseOutboxName(name: string): OutboxName | undefined {
  const [, crmType, kind, date, format] = NAME.exec(name) ?? [];
  if (date === undefined || !isDate(date)) return undefined;
  return { name, crmType: crmType as CrmType, kind: kind as ParcelKind, date, isBulk: format === 'ndjson' };
}
