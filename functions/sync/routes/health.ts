import { DatabaseError } from '../../../shared/database/database.ts';
import { success } from '../answer.ts';
import type { Call, Route } from '../route.ts';

const NAME = 'CRM sync';
const VERSION = '3.0';
const FEATURES = ['contacts', 'events', 'leads', 'idempotency', 'outbox'];

async function health({ deps }: Call) {
  const state = await databaseState(deps);
  const isUp = state.database === 'connected' && state.schema === 'ready';
  const data = { service: NAME, version: VERSION, code_version: deps.codeVersion, environment: deps.environment, ...state, features: FEATURES };
  if (isUp) return success('The service is well', data);
  const body = { success: false, message: 'The database is not ready', error_code: 'SRV_DATABASE_ERROR', details: data };
  return { status: 503, body };
}

async function databaseState({ database }: Call['deps']) {
  try {
    // The newest column of each: a schema that waits for a migration is none for this version.
    const [row] = await database.query<{ tables: string }>(
      `SELECT count(*)::text AS tables FROM (VALUES ('crm.crm_integrations', 'account'), ('crm.crm_sync_logs', 'outbox_object'), ('crm.crm_item_states', 'account'))
         AS newest (relation, name) JOIN pg_attribute ON attrelid = to_regclass(relation) AND attname = name`,
    );
    return { database: 'connected', schema: row?.tables === '3' ? 'ready' : 'missing_tables' };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { database: 'unreachable', schema: 'unknown' };
  }
}

const answers = {
  200: { description: 'The service and its database are well' },
  503: { description: 'The database is down, or `npm run migrate` has not run' },
};

/** `/health` is for probes: paths that end in z are reserved on Cloud Run's own domain. */
export const healthRoutes: readonly Route[] = [
  { method: 'GET', path: '/health', id: 'health', summary: 'Says whether the service works', open: true, answers, handle: health },
  { method: 'GET', path: '/healthz', id: 'healthz', summary: 'The same under the name that the replaced service had', open: true, answers, handle: health },
  {
    method: 'GET',
    path: '/',
    id: 'service',
    summary: 'Says what this is',
    open: true,
    answers: { 200: { description: 'Name, version and where to read more' } },
    handle: async () => success(NAME, { service: NAME, version: VERSION, docs: '/docs', openapi: '/openapi.json', health: '/health' }),
  },
];
