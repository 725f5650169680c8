import { defineStream, merge } from '../../stream.ts';
import { matches } from '../rules.ts';
import { reference } from './source.ts';

export const fxRates = defineStream({
  source: reference,
  name: 'fx_rates',
  description: 'What one unit of a currency is worth in another, by day',
  columns: {
    rate_date: { type: 'DATE', required: true, formats: ['YYYY-MM-DD', 'D-M-YYYY', 'D/M/YYYY', 'D.M.YYYY'], description: 'Day of the rate' },
    currency: { type: 'STRING', required: true, description: 'Currency that is converted, ISO 4217' },
    reporting_currency: { type: 'STRING', required: true, description: 'Currency that it is converted to, ISO 4217' },
    rate: { type: 'NUMERIC', required: true, description: 'Reporting currency for one unit' },
  },
  key: ['rate_date', 'currency', 'reporting_currency'],
  write: merge(),
  rules: [
    matches('currency', /^[A-Z]{3}$/, 'three capitals'),
    matches('reporting_currency', /^[A-Z]{3}$/, 'three capitals'),
    matches('rate', /^(?!0$)\d/, 'more than zero'),
  ],
  table: { dataset: 'reference', name: 'fx_rates', partition: 'rate_date' },
});
