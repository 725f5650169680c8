import { disconnectIntegration, findIntegration, forgetContacts, listIntegrations } from '../../../shared/crm-store/integrations.ts';
import { success } from '../answer.ts';
import { providerOf } from '../crm-type.ts';
import { INTEGRATION_DATA, notConnected, viewOf } from '../integration-view.ts';
import type { Call, Route } from '../route.ts';

async function status({ deps, path, userId }: Call) {
  const provider = providerOf(deps.providers, path['crm_type'] ?? '');
  const found = await findIntegration(deps.database.query, userId, provider.type);
  const integration = found === undefined ? null : { ...viewOf(found), sync_error: found.sync_error };
  return success(found === undefined ? `${provider.title} is not connected` : `Status of ${provider.title}`, { integration });
}

async function disconnect({ deps, path, signal, userId }: Call) {
  const provider = providerOf(deps.providers, path['crm_type'] ?? '');
  const ended = await disconnectIntegration(deps.database.query, userId, provider.type);
  if (ended === undefined) throw notConnected(provider);
  await forgetContacts(deps.database.query, ended, signal);
  return success(`${provider.title} is disconnected and its credentials are purged`, {
    integration_id: ended.integration_id,
    disconnected_at: ended.updated_at.toISOString(),
  });
}

async function list({ deps, userId }: Call) {
  const all = await listIntegrations(deps.database.query, userId);
  const integrations = all.map((one) => ({ ...viewOf(one), sync_error: one.sync_error, credential_last_four: one.credential_last_four }));
  return success(`${all.length} integrations`, { integrations, total: all.length });
}

/** Looking at integrations, and ending them. */
export const integrationRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/crm/{crm_type}/status',
    id: 'getStatus',
    summary: 'Shows one integration; null where the CRM is not connected',
    answers: { 200: { description: 'The integration', data: INTEGRATION_DATA } },
    errors: [400],
    handle: status,
  },
  {
    method: 'DELETE',
    path: '/crm/{crm_type}/disconnect',
    id: 'disconnect',
    summary: 'Ends an integration and purges its credentials',
    answers: { 200: { description: 'Disconnected' } },
    errors: [404],
    handle: disconnect,
  },
  {
    method: 'GET',
    path: '/crm/list',
    id: 'listIntegrations',
    summary: 'Lists the integrations of the user, newest first',
    answers: { 200: { description: 'All of them, with the last four characters of a credential' } },
    handle: list,
  },
];
