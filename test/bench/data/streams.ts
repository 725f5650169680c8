import { defineSource, url } from '../../../shared/source.ts';
import { defineStream, replace, type Stream } from '../../../shared/stream.ts';
import { between, matches, oneOf } from '../../../shared/streams/rules.ts';

const crm = defineSource({ name: 'crm', title: 'CRM of the benchmark', settings: {}, auth: { type: 'none' } });

/** 25 columns of every type but DATE and DATETIME, and seven rules. */
export const accountStream = defineStream({
  source: crm,
  name: 'accounts',
  description: 'Accounts of a CRM',
  columns: {
    account_id: { type: 'STRING', required: true, field: 'Id' },
    name: { type: 'STRING', required: true, field: 'Name' },
    account_number: { type: 'STRING', required: true, field: 'AccountNumber' },
    type: { type: 'STRING', field: 'Type' },
    industry: { type: 'STRING', field: 'Industry' },
    annual_revenue: { type: 'NUMERIC', field: 'AnnualRevenue' },
    employees: { type: 'INT64', field: 'NumberOfEmployees' },
    rating: { type: 'STRING', field: 'Rating' },
    phone: { type: 'STRING', field: 'Phone' },
    website: { type: 'STRING', field: 'Website' },
    street: { type: 'STRING', field: 'BillingStreet' },
    city: { type: 'STRING', field: 'BillingCity' },
    postal_code: { type: 'STRING', field: 'BillingPostalCode' },
    country: { type: 'STRING', field: 'BillingCountry' },
    latitude: { type: 'FLOAT64', field: 'BillingLatitude' },
    longitude: { type: 'FLOAT64', field: 'BillingLongitude' },
    owner_id: { type: 'STRING', required: true, field: 'OwnerId' },
    parent_id: { type: 'STRING', field: 'ParentId' },
    description: { type: 'STRING', field: 'Description' },
    is_deleted: { type: 'BOOL', required: true, field: 'IsDeleted' },
    created_at: { type: 'TIMESTAMP', required: true, field: 'CreatedDate' },
    updated_at: { type: 'TIMESTAMP', field: 'LastModifiedDate' },
    score: { type: 'INT64', field: 'Score' },
    tags: { type: 'JSON', field: 'Tags' },
    external_ref: { type: 'STRING', field: 'ExternalRef' },
  },
  key: ['account_id'],
  write: replace(),
  rules: [
    oneOf('type', ['Customer', 'Prospect', 'Partner']),
    oneOf('rating', ['Hot', 'Warm', 'Cold']),
    between('employees', 0, 10_000_000),
    between('score', 0, 100),
    between('latitude', -90, 90),
    between('longitude', -180, 180),
    matches('country', /^[A-Z]{2}$/, 'two capitals'),
  ],
  table: { dataset: 'bench', name: 'accounts' },
});

/** Few columns, one of them as long as the record. */
export const noteStream = defineStream({
  source: crm,
  name: 'notes',
  description: 'Notes of a CRM',
  columns: {
    note_id: { type: 'STRING', required: true, field: 'Id' },
    author: { type: 'STRING', field: 'Author' },
    created_at: { type: 'TIMESTAMP', field: 'Created' },
    stars: { type: 'INT64', field: 'Stars' },
    text: { type: 'STRING', field: 'Text' },
  },
  key: ['note_id'],
  write: replace(),
  table: { dataset: 'bench', name: 'notes' },
});

export const PAGE_SIZE = 1_000;

const crmApi = defineSource({
  name: 'crm_api',
  title: 'API of the benchmark',
  settings: { baseUrl: url('CRM_API_BASE_URL', 'Address') },
  baseUrl: 'baseUrl',
  auth: { type: 'none' },
});

/** Accounts that come in pages. */
export const pageStream = defineStream({
  source: crmApi,
  name: 'pages',
  description: 'Accounts of a CRM, page by page',
  request: () => ({ path: '/records' }),
  pages: { type: 'offset', offset: 'offset', limit: 'limit', size: PAGE_SIZE, total: '/total' },
  records: '/records',
  columns: { account_id: { type: 'STRING', required: true, field: 'Id' } },
  write: replace(),
  table: { dataset: 'bench', name: 'pages' },
});

export const benchStreams: readonly Stream[] = [accountStream, noteStream, pageStream];
