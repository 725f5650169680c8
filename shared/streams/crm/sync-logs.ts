import { defineStream, merge } from '../../stream.ts';
import { oneOf } from '../rules.ts';
import { changedRows } from './request.ts';
import { crm } from './source.ts';

export const syncLogs = defineStream({
  source: crm,
  name: 'sync_logs',
  description: 'The audit of the CRM sync: one row for each contact, event or lead and each CRM, with names of fields and never their values',
  ...changedRows({
    from: 'crm.crm_sync_logs',
    select:
      'log_id, integration_id, user_id, crm_type, operation_type, entity_type, entity_id, request_payload, status, status_code, error_message, error_details, ' +
      'attempts, crm_entity_id, endpoint, source, outbox_object, request_started_at, request_completed_at, duration_ms, created_at, updated_at',
    key: ['log_id'],
  }),
  columns: {
    log_id: { type: 'STRING', required: true, description: 'The row of the audit; a repeat of the request has the same' },
    integration_id: { type: 'STRING', required: true, description: 'The connection of the user to the CRM' },
    user_id: { type: 'STRING', required: true, description: 'Whose connection it is' },
    crm_type: { type: 'STRING', required: true, description: 'klaviyo, salesforce, creatio or hubspot' },
    operation_type: { type: 'STRING', required: true, description: 'create_contact, send_event or create_lead_with_transcript' },
    entity_type: { type: 'STRING', required: true, description: 'contact, event or lead' },
    entity_id: { type: 'STRING', description: 'What the caller calls it, or a digest', privacy: 'pii' },
    fields: { type: 'JSON', field: '/request_payload/fields', description: 'Names of the fields that came' },
    status: { type: 'STRING', required: true, description: 'pending, retrying, success, superseded (by a newer version) or failed' },
    status_code: { type: 'INT64', description: 'HTTP status of the CRM' },
    error_code: { type: 'STRING', field: '/error_details/code', description: 'Why it failed, as a word' },
    error_message: { type: 'STRING', description: 'Why it failed, for a person' },
    attempts: { type: 'INT64', required: true, description: 'How often the CRM was asked' },
    crm_entity_id: { type: 'STRING', description: 'What the CRM calls it' },
    endpoint: { type: 'STRING', description: 'CRM and kind' },
    source: { type: 'STRING', description: 'api, activate or outbox' },
    outbox_object: { type: 'STRING', description: 'The object of OUTBOX that it waits or waited in' },
    request_started_at: { type: 'TIMESTAMP', description: 'When it was first asked for' },
    request_completed_at: { type: 'TIMESTAMP', description: 'When it came to an end' },
    duration_ms: { type: 'INT64', description: 'Milliseconds in between' },
    created_at: { type: 'TIMESTAMP', required: true, description: 'When the row was made' },
    updated_at: { type: 'TIMESTAMP', required: true, description: 'When it was last changed' },
  },
  key: ['log_id'],
  write: merge(),
  rules: [oneOf('status', ['pending', 'retrying', 'success', 'superseded', 'failed'], 'warn')],
  table: { dataset: 'crm', name: 'sync_logs', cluster: ['crm_type', 'status', 'log_id'] },
});
