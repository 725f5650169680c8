import type { LocalService, Pipeline } from './pipeline.ts';
import { type Cell, table } from './table.ts';

/** What a newcomer is shown of the service: one contact on its way to every CRM. */
export interface SyncSample {
  readonly status: number;
  /** The audit's rows of that request. */
  readonly audit: readonly AuditRow[];
}

export interface AuditRow {
  readonly crm_type: string;
  readonly operation_type: string;
  readonly status: string;
  readonly status_code: number | null;
  readonly attempts: number;
  readonly crm_entity_id: string | null;
  readonly duration_ms: number | null;
}

/** Whom the stand-ins are connected for. */
export const SAMPLE_USER = 'sample-user';
const CONTACT = {
  email: 'ada.sample@example.com',
  first_name: 'Ada',
  last_name: 'Sample',
  phone: '+16135550123',
  city: 'Ottawa',
  country: 'CA',
};

/** Connects the stand-ins and sends a contact through `POST /crm/sync/contact`; undefined where the CRMs are real: nobody's contact is made up there. */
export async function syncSample(pipeline: Pipeline): Promise<SyncSample | undefined> {
  const service = await pipeline.service();
  if (!(await connectSample(service))) return undefined;
  const { status, body } = await post(service, 'POST', '/crm/sync/contact', { ...CONTACT, occurred_at: pipeline.now().toISOString() });
  const logIds = Object.values(resultsOf(body)).flatMap(({ log_id: id }) => (typeof id === 'string' ? [id] : []));
  return {
    status,
    audit: await service.query<AuditRow>(
      `SELECT crm_type, operation_type, status, status_code, attempts, crm_entity_id, duration_ms FROM crm.crm_sync_logs
       WHERE log_id = ANY($1::uuid[]) ORDER BY crm_type`,
      [logIds],
    ),
  };
}

/** Connects the stand-ins for the sample's user; false where the CRMs are real. */
export async function connectSample(service: LocalService): Promise<boolean> {
  const credentials = await service.credentials();
  if (credentials === undefined) return false;
  for (const [type, given] of Object.entries(credentials)) await connect(service, type, given);
  return true;
}

/** Whether every CRM has the contact. */
export function isSynced(sample: SyncSample | undefined): boolean {
  return sample === undefined || (sample.audit.length > 0 && sample.audit.every(({ status }) => status === 'success'));
}

/** The sample for a person. */
export function syncSummary(sample: SyncSample | undefined, crms: string): readonly string[] {
  if (sample === undefined) return ['', 'CRM sync', `  ${crms} are connected: npm run dev serves POST /crm/sync/contact; no sample is sent to them`];
  const headers = ['crm', 'operation', 'status', 'http', 'attempts', 'id there', 'ms'];
  const cells: Cell[][] = sample.audit.map((row) => [
    row.crm_type,
    row.operation_type,
    row.status,
    row.status_code,
    row.attempts,
    row.crm_entity_id,
    row.duration_ms,
  ]);
  const lines = table(headers, cells).split('\n');
  return ['', `CRM sync: one contact through POST /crm/sync/contact to ${crms}; its rows of the audit, crm.crm_sync_logs`, ...lines.map((line) => `  ${line}`)];
}

/** Stand-ins of another run had other credentials: what is connected gets the new ones. */
async function connect(service: LocalService, type: string, credentials: Readonly<Record<string, string>>): Promise<void> {
  const { status } = await post(service, 'POST', '/crm/connect', { crm_type: type, credentials });
  if (status === 409) await post(service, 'PATCH', `/crm/${type}`, { credentials, reconnect: true });
}

async function post({ url, apiKey }: LocalService, method: string, path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json', 'x-api-key': apiKey, 'x-user-id': SAMPLE_USER };
  const response = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

function resultsOf(body: unknown): Readonly<Record<string, { readonly log_id?: unknown }>> {
  const { data } = body as { readonly data?: { readonly results?: Readonly<Record<string, { readonly log_id?: unknown }>> } };
  return data?.results ?? {};
}
