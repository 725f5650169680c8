import { defineSource } from '../../source.ts';

/** Exports of CRMs and shops as CSV: a file at crm_csv/<stream>/<YYYY-MM-DD>/<name>.csv in the raw bucket is enough. */
export const crmCsv = defineSource({ name: 'crm_csv', title: 'CSV exports', settings: {}, auth: { type: 'none' } });
