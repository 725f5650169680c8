// Written by `npm run models -- sources` from shared/streams; a test compares them.

declare({
  schema: 'reference',
  name: 'fx_rates',
  description: 'What one unit of a currency is worth in another, by day',
  columns: {
    rate_date: 'Day of the rate',
    currency: 'Currency that is converted, ISO 4217',
    reporting_currency: 'Currency that it is converted to, ISO 4217',
    rate: 'Reporting currency for one unit',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});
