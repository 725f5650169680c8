import { describe, expect } from '@jest/globals';
import { defineSource } from '../../shared/source.ts';
import { defineStream, replace } from '../../shared/stream.ts';
import { type Box, matches, oneOf, within } from '../../shared/streams/rules.ts';
import { openChain } from '../support/chain.ts';
import { conformanceFile, conformanceTest, csvRecords } from '../support/conformance.ts';

const ontario: Box = { name: 'Ontario', latitude: [41.6, 57], longitude: [-95.2, -74.3] };
const register = defineSource({ name: 'agco', title: 'Register of cannabis stores in Ontario', settings: {}, auth: { type: 'none' } });

const licences = defineStream({
  source: register,
  name: 'licences',
  description: 'Licences of stores, with their state',
  columns: {
    licence_number: { type: 'STRING', required: true, field: 'License Number' },
    municipality: { type: 'STRING', field: 'Municipality or First Nation' },
    store_name: { type: 'STRING', required: true, field: 'Store Name' },
    address: { type: 'STRING', field: 'Address' },
    status: { type: 'STRING', field: 'Store Application Status' },
    website: { type: 'STRING', field: 'Website' },
  },
  key: ['licence_number'],
  write: replace(),
  rules: [oneOf('status', ['Authorized to Open', 'Cancelled', 'In Progress'], 'warn'), matches('licence_number', /^CRSA\d+$/, 'CRSA and digits')],
  expect: { rows: { min: 2_000 }, rejects: 0.05 },
  table: { dataset: 'agco', name: 'licences' },
});

const places = defineStream({
  source: register,
  name: 'places',
  description: 'Stores with their coordinates',
  columns: {
    store_name: { type: 'STRING', required: true, field: 'StoreName' },
    province: { type: 'STRING', required: true, field: 'Province' },
    postal_code: { type: 'STRING', required: true, field: 'PostalCode' },
    latitude: { type: 'FLOAT64', required: true, field: 'Latitude' },
    longitude: { type: 'FLOAT64', required: true, field: 'Longitude' },
  },
  write: replace(),
  rules: [oneOf('province', ['ON']), within(ontario)],
  table: { dataset: 'agco', name: 'places' },
});

describe('ontario_stores', () => {
  conformanceTest('flow through the chain: every record is a row or has its reason', async () => {
    const chain = await openChain({ streams: [licences, places] });
    try {
      const files = { licences: 'agco_register', places: 'geocoded_on' };
      for (const [stream, file] of Object.entries(files)) {
        const records = csvRecords((await conformanceFile(`testdata/ontario_stores/${file}.csv`)).toString('utf8'));
        expect(records).toHaveLength(2_493);
        await chain.put(`agco/${stream}/2025-11-14/${file}.json`, JSON.stringify(records));
      }
      await chain.settle();
      const counts = 'stream, records, rows, rejects, duplicates, loaded, conserved';
      expect(await chain.rows(`SELECT ${counts} FROM ops.ledger ORDER BY stream`)).toEqual([
        // 76 rows have no licence number, 17 numbers are there twice.
        { stream: 'licences', records: 2_493, rows: 2_417, rejects: 76, duplicates: 17, loaded: 2_400, conserved: true },
        { stream: 'places', records: 2_493, rows: 2_493, rejects: 0, duplicates: 0, loaded: 2_493, conserved: true },
      ]);
      expect(await chain.rows('SELECT field, rule, COUNT(*) AS n FROM ops.rejects GROUP BY field, rule')).toEqual([
        { field: 'licence_number', rule: 'required', n: 76 },
      ]);
      const [nowhere] = await chain.rows(`SELECT COUNT(*) AS n FROM agco.places WHERE _extra IS NULL OR store_name LIKE '%"%'`);
      expect(nowhere?.['n']).toBe(0);
    } finally {
      await chain.close();
    }
  });
});
