import type { CrmProvider } from '../../shared/crm/provider.ts';
import { SETTINGS_SCHEMA } from '../../shared/crm/settings.ts';
import type { Integration } from '../../shared/crm-store/integrations.ts';
import { HttpError } from './http-error.ts';
import type { Schema } from './schema.ts';

export const CRM_TYPE = { type: 'string', minLength: 1, maxLength: 50, description: 'klaviyo, salesforce, creatio or hubspot' } as const;

/** JSON Schema of an integration as callers see it. */
export const INTEGRATION_DATA: Schema = {
  type: 'object',
  properties: {
    integration: {
      type: ['object', 'null'],
      properties: {
        integration_id: { type: 'string', format: 'uuid' },
        user_id: { type: 'string' },
        crm_type: CRM_TYPE,
        is_active: { type: 'boolean' },
        settings: SETTINGS_SCHEMA,
        created_at: { type: 'string', format: 'date-time' },
        updated_at: { type: 'string', format: 'date-time' },
        last_sync_at: { type: ['string', 'null'], format: 'date-time' },
        sync_status: { type: 'string' },
      },
    },
  },
};

/** An integration as callers see it: without its credentials. */
export function viewOf(integration: Integration) {
  const { integration_id, user_id, crm_type, is_active, settings, created_at, updated_at, last_sync_at, sync_status } = integration;
  return {
    integration_id,
    user_id,
    crm_type,
    is_active,
    settings,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
    last_sync_at: last_sync_at?.toISOString() ?? null,
    sync_status,
  };
}

/** The error of a second connection to the same CRM. */
export function exists(existing: Integration | undefined): HttpError {
  const details = existing === undefined ? undefined : { integration_id: existing.integration_id, is_active: existing.is_active };
  return new HttpError(
    'CRM_INTEGRATION_EXISTS',
    'It is connected already: change it with PATCH /crm/{crm_type} (reconnect: true to activate it again)',
    details,
  );
}

/** The error of a CRM that the user has not connected. */
export function notConnected({ title }: CrmProvider): HttpError {
  return new HttpError('CRM_INTEGRATION_NOT_FOUND', `${title} is not connected: POST /crm/connect`);
}
