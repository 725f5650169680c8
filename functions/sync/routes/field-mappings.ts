import { CONTACT_FIELDS, CONTACT_PROPERTIES } from '../../../shared/crm/contact.ts';
import type { CrmProvider } from '../../../shared/crm/provider.ts';
import { success } from '../answer.ts';
import { providerOf } from '../crm-type.ts';
import type { Route } from '../route.ts';

const EXAMPLE = {
  email: 'ada@example.com',
  first_name: 'Ada',
  last_name: 'Example',
  phone: '+16135550123',
  company: 'Example Ltd',
  city: 'Ottawa',
  country: 'CA',
  custom_properties: { lead_score: 7 },
};

/** What the mapping of fields tells of one CRM. */
export const fieldMappingRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/crm/field-mappings',
    id: 'listFieldMappings',
    summary: 'Lists the CRMs that can be connected, with their required fields',
    answers: { 200: { description: 'All CRMs' } },
    handle: async ({ deps }) => {
      const providers = [...deps.providers.values()];
      return success('Field mappings of all CRMs', {
        supported_crms: providers.map(({ type }) => type),
        total_crms: providers.length,
        crm_details: providers.map((provider) => ({
          crm_type: provider.type,
          required_fields: provider.required,
          supported_fields_count: supportedFields(provider).length,
        })),
        standard_schema_fields: [...CONTACT_FIELDS, 'custom_properties'],
      });
    },
  },
  {
    method: 'GET',
    path: '/crm/field-mappings/{crm_type}',
    id: 'getFieldMapping',
    summary: 'Shows where each standard field goes in one CRM',
    answers: { 200: { description: 'The mapping' } },
    errors: [400],
    handle: async ({ deps, path }) => {
      const provider = providerOf(deps.providers, path['crm_type'] ?? '');
      const supported = supportedFields(provider);
      return success(`Field mapping of ${provider.title}`, {
        crm_type: provider.type,
        supported_fields: supported,
        required_fields: provider.required,
        field_mapping: Object.fromEntries(supported.map((field) => [field, provider.fields[field]])),
        example_standard_contact: EXAMPLE,
        field_descriptions: Object.fromEntries(supported.map((field) => [field, CONTACT_PROPERTIES[field].description])),
      });
    },
  },
];

function supportedFields({ fields }: CrmProvider) {
  return CONTACT_FIELDS.filter((field) => fields[field] !== null);
}
