import { defineStream, merge } from '../../stream.ts';
import { changedRows } from './request.ts';
import { crm } from './source.ts';

export const contacts = defineStream({
  source: crm,
  name: 'contacts',
  description: 'Which contact is in which CRM, as it was last delivered: digests and names of fields, no address and no value',
  ...changedRows({
    from: 'crm.crm_item_states',
    select:
      'user_id, crm_type, item_key, crm_entity_id, occurred_at, delivered_at, updated_at, ' +
      "(SELECT coalesce(jsonb_agg(name ORDER BY name), '[]') FROM jsonb_object_keys(sent) AS name) AS fields",
    where: "kind = 'contact'",
    key: ['user_id', 'crm_type', 'item_key'],
  }),
  columns: {
    user_id: { type: 'STRING', required: true, description: 'Whose connection it is' },
    crm_type: { type: 'STRING', required: true, description: 'klaviyo, salesforce, creatio or hubspot' },
    contact_key: { type: 'STRING', required: true, field: 'item_key', description: 'Digest of the user and the address: the same in every CRM' },
    crm_entity_id: { type: 'STRING', description: 'What the CRM calls it' },
    fields: { type: 'JSON', description: 'Names of the fields that the CRM was given' },
    occurred_at: { type: 'TIMESTAMP', description: 'The version that was delivered last' },
    delivered_at: { type: 'TIMESTAMP', description: 'When that was; empty where it never was' },
    updated_at: { type: 'TIMESTAMP', required: true, description: 'When the row was last changed' },
  },
  key: ['user_id', 'crm_type', 'contact_key'],
  write: merge(),
  table: { dataset: 'crm', name: 'contacts' },
});
