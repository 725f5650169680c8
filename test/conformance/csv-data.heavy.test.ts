import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { defineSource } from '../../shared/source.ts';
import { defineStream, replace } from '../../shared/stream.ts';
import { supportTickets } from '../../shared/streams/crm_csv/support-tickets.ts';
import { type Box, matches, oneOf, within } from '../../shared/streams/rules.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { conformanceFile, conformanceTest } from '../support/conformance.ts';
import { strictCsv } from '../support/strict-csv.ts';

const TIMEOUT_MS = 180_000;
/** A set of which more is rejected is read wrongly, or declared wrongly. */
const MAX_REJECTS = 0.05;

const ontario: Box = { name: 'Ontario', latitude: [41.6, 57], longitude: [-95.2, -74.3] };
const register = defineSource({ name: 'agco', title: 'Register of cannabis stores in Ontario', settings: {}, auth: { type: 'none' } });
const colorado = defineSource({ name: 'med', title: 'Register of cannabis licences in Colorado', settings: {}, auth: { type: 'none' } });
const shop = defineSource({ name: 'shop', title: 'An online shop', settings: {}, auth: { type: 'none' } });

const licences = defineStream({
  source: register,
  name: 'licences',
  description: 'Licences of stores, with their state',
  columns: {
    licence_number: { type: 'STRING', required: true, field: 'License Number' },
    municipality: { type: 'STRING', field: 'Municipality or First Nation' },
    store_name: { type: 'STRING', required: true },
    address: { type: 'STRING' },
    status: { type: 'STRING', field: 'Store Application Status' },
    website: { type: 'STRING' },
  },
  key: ['licence_number'],
  write: replace(),
  rules: [oneOf('status', ['Authorized to Open', 'Cancelled', 'In Progress'], 'warn'), matches('licence_number', /^CRSA\d+$/, 'CRSA and digits')],
  expect: { rows: { min: 2_000 }, rejects: MAX_REJECTS },
  table: { dataset: 'agco', name: 'licences' },
});

const places = defineStream({
  source: register,
  name: 'places',
  description: 'Stores with their coordinates',
  columns: {
    store_name: { type: 'STRING', required: true, field: 'StoreName' },
    province: { type: 'STRING', required: true },
    postal_code: { type: 'STRING', required: true, field: 'PostalCode' },
    latitude: { type: 'FLOAT64', required: true },
    longitude: { type: 'FLOAT64', required: true },
  },
  write: replace(),
  rules: [oneOf('province', ['ON']), within(ontario)],
  expect: { rejects: MAX_REJECTS },
  table: { dataset: 'agco', name: 'places' },
});

const permits = defineStream({
  source: colorado,
  name: 'permits',
  description: 'Licences of Colorado; the header names license_number, and License Number for laboratories',
  columns: {
    license_number: { type: 'STRING', required: true },
    business_legal_name: { type: 'STRING', required: true },
    license_type: { type: 'STRING' },
    license_designation: { type: 'STRING' },
    premise_city: { type: 'STRING' },
    premise_zip_code: { type: 'STRING' },
    premise_state: { type: 'STRING', required: true },
    premise_latitude: { type: 'FLOAT64' },
    premise_longitude: { type: 'FLOAT64' },
    data_refreshed_date: { type: 'DATE' },
  },
  key: ['license_number'],
  write: replace(),
  rules: [oneOf('premise_state', ['CO'])],
  expect: { rejects: MAX_REJECTS },
  table: { dataset: 'med', name: 'permits' },
});

const lines = defineStream({
  source: shop,
  name: 'lines',
  description: 'Lines of invoices; there is no key, and a line may be there twice',
  columns: {
    invoice_no: { type: 'STRING', required: true, field: 'InvoiceNo' },
    stock_code: { type: 'STRING', required: true, field: 'StockCode' },
    description: { type: 'STRING' },
    quantity: { type: 'INT64', required: true },
    invoice_date: { type: 'DATETIME', required: true, field: 'InvoiceDate' },
    unit_price: { type: 'NUMERIC', required: true, field: 'UnitPrice' },
    customer_id: { type: 'INT64', field: 'CustomerID' },
    country: { type: 'STRING', required: true },
  },
  write: replace('object'),
  expect: { rejects: MAX_REJECTS },
  table: { dataset: 'shop', name: 'lines' },
});

let chain: Chain;
beforeEach(async () => {
  chain = await openChain({ streams: [licences, places, permits, lines, supportTickets] });
});
afterEach(async () => {
  await chain.close();
});

/** Drops a file of the test data as it is; answers its records as another reader sees them. */
async function drop(stream: string, date: string, path: string) {
  const bytes = await conformanceFile(`testdata/${path}`);
  await chain.put(`${stream}/${date}/${path.split('/').at(-1)}`, bytes);
  return strictCsv(bytes.toString('utf8'));
}

const ledger = (stream: string) =>
  chain.rows(`SELECT records, rows, rejects, duplicates, loaded, conserved FROM ops.ledger WHERE stream = '${stream}' ORDER BY run_time`);
const rejectsByRule = () => chain.rows('SELECT stream, field, rule, COUNT(*) AS n FROM ops.rejects GROUP BY stream, field, rule ORDER BY stream, field, rule');
const runs = () => chain.rows('SELECT warnings, drift FROM ops.runs ORDER BY _extracted_at');
const names = (json: unknown) => Object.keys(JSON.parse(String(json ?? '{}')));
const orNull = (text: string | undefined) => (text === '' ? null : text);

describe('ontario_stores', () => {
  conformanceTest(
    'flow through the chain: every record is a row or has its reason',
    async () => {
      const registered = await drop('agco/licences', '2025-11-14', 'ontario_stores/agco_register.csv');
      const located = await drop('agco/places', '2025-11-14', 'ontario_stores/geocoded_on.csv');
      expect([registered.length, located.length]).toEqual([2_493, 2_493]);
      await chain.settle();
      // 17 numbers are there twice.
      expect(await ledger('licences')).toEqual([{ records: 2_493, rows: 2_417, rejects: 76, duplicates: 17, loaded: 2_400, conserved: true }]);
      expect(await ledger('places')).toEqual([{ records: 2_493, rows: 2_493, rejects: 0, duplicates: 0, loaded: 2_493, conserved: true }]);
      // Right: an application that got no number yet is no licence, and the number is the key.
      expect(await rejectsByRule()).toEqual([{ stream: 'licences', field: 'licence_number', rule: 'required', n: 76 }]);

      const rejected = await chain.rows('SELECT _row, line FROM ops.rejects ORDER BY _row');
      const without = registered.flatMap((record, index) => (record['License Number'] === '' ? [{ _row: index + 1, line: index + 2 }] : []));
      expect(rejected).toEqual(without);
      expect(await chain.rows('SELECT _row, store_name, address, website FROM agco.licences ORDER BY _row')).toEqual(
        lastOfEach(registered, 'License Number').map(([row, record]) => ({
          _row: row,
          store_name: record['Store Name'],
          address: orNull(record['Address']),
          website: orNull(record['Website']),
        })),
      );
      expect(await chain.rows('SELECT latitude, longitude FROM agco.places ORDER BY _row')).toEqual(
        located.map((record) => ({ latitude: Number(record['Latitude']), longitude: Number(record['Longitude']) })),
      );
    },
    TIMEOUT_MS,
  );
});

describe('cannabis_licenses_co', () => {
  conformanceTest(
    'two snapshots, the second with five columns more: the table is the second one, and the run records tell the drift',
    async () => {
      const first = await drop('med/permits', '2023-08-13', 'cannabis_licenses_co/licenses-co-2023-08-13.csv');
      const second = await drop('med/permits', '2023-12-20', 'cannabis_licenses_co/licenses-co-2023-12-20.csv');
      expect([first, second].map((records) => [records.length, Object.keys(records[0] ?? {}).length])).toEqual([
        [2_696, 32],
        [2_579, 37],
      ]);
      await chain.settle();
      // Hospitality licences are there twice.
      expect(await ledger('permits')).toEqual([
        { records: 2_696, rows: 2_689, rejects: 7, duplicates: 10, loaded: 2_679, conserved: true },
        { records: 2_579, rows: 2_572, rejects: 7, duplicates: 9, loaded: 2_563, conserved: true },
      ]);
      // Right: the seven laboratories of each have their number in another column, and no key.
      expect(await rejectsByRule()).toEqual([{ stream: 'permits', field: 'license_number', rule: 'required', n: 14 }]);

      const [before, after] = await runs();
      expect([names(before?.['warnings']), names(after?.['warnings'])]).toEqual([['premise_latitude: missing', 'premise_longitude: missing'], []]);
      const [old, now] = [names(before?.['drift']), names(after?.['drift'])];
      expect([old.length, now.length]).toEqual([24, 27]);
      expect(now.filter((name) => !old.includes(name))).toEqual(['business_website', 'premise_county', 'premise_street_address']);

      expect(await chain.rows('SELECT _row, license_number, premise_latitude, _extra FROM med.permits ORDER BY _row')).toEqual(
        lastOfEach(second, 'license_number').map(([row, record]) => ({
          _row: row,
          license_number: record['license_number'],
          premise_latitude: record['premise_latitude'] === '' ? null : Number(record['premise_latitude']),
          _extra: JSON.stringify(Object.fromEntries(Object.entries(record).filter(([name]) => permits.columns[name] === undefined))),
        })),
      );
    },
    TIMEOUT_MS,
  );
});

describe('online_retail', () => {
  const days = [7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23];
  const january = [4, 5, 6, 7, 9, 10, 11, 12, 13, 14];
  const dates = [...days.map((day) => `2010-12-${String(day).padStart(2, '0')}`), ...january.map((day) => `2011-01-${String(day).padStart(2, '0')}`)];

  conformanceTest(
    '25 files of a day each: every line is there, twice where it was twice, and its money is exact',
    async () => {
      const records = (await Promise.all(dates.map((date) => drop('shop/lines', date, `online_retail/${date}.csv`)))).flat();
      expect([dates.length, records.length]).toEqual([25, 44_323]);
      await chain.settle();
      const counts = await ledger('lines');
      expect(counts.reduce((sum, { loaded }) => sum + Number(loaded), 0)).toBe(44_323);
      expect(counts.filter(({ conserved, duplicates }) => conserved !== true || duplicates !== 0)).toEqual([]);
      // Right: what is odd in them (returns, gifts, buyers nobody knows, fees as articles) is true, and no column forbids it.
      expect(await rejectsByRule()).toEqual([]);

      const columns = 'invoice_no, description, quantity, unit_price, customer_id';
      const loaded = await chain.rows(`SELECT ${columns} FROM shop.lines ORDER BY _raw_object, _row`);
      expect(loaded).toEqual(
        records.map((record) => ({
          invoice_no: record['InvoiceNo'],
          description: orNull(record['Description']),
          quantity: Number(record['Quantity']),
          unit_price: exact(record['UnitPrice']),
          customer_id: record['CustomerID'] === '' ? null : Number(record['CustomerID']),
        })),
      );
    },
    TIMEOUT_MS,
  );
});

describe('support_tickets', () => {
  conformanceTest(
    'an export with names for people loads into crm_csv/support_tickets as it is',
    async () => {
      const records = await drop('crm_csv/support_tickets', '2023-06-03', 'support_tickets/customer_support_tickets.csv');
      expect(records).toHaveLength(8_469);
      await chain.settle();
      expect(await ledger('support_tickets')).toEqual([{ records: 8_469, rows: 8_469, rejects: 0, duplicates: 0, loaded: 8_469, conserved: true }]);
      expect(await rejectsByRule()).toEqual([]);

      const [run] = await runs();
      const missing = ['customer_id', 'frt_minutes', 'ticket_created', 'ttr_minutes'];
      expect(names(run?.['warnings'])).toEqual(missing.map((name) => `${name}: missing`));
      expect(names(run?.['drift'])).toEqual(['Customer Age', 'Customer Gender', 'Customer Name', 'Date of Purchase', 'Product Purchased']);

      const columns = 'ticket_id, customer_email, ticket_subject, ticket_status, resolution, first_response_time, time_to_resolution, customer_satisfaction';
      expect(await chain.rows(`SELECT ${columns} FROM crm_csv.support_tickets ORDER BY _row`)).toEqual(
        records.map((record) => ({
          ticket_id: Number(record['Ticket ID']),
          customer_email: record['Customer Email'],
          ticket_subject: record['Ticket Subject'],
          ticket_status: record['Ticket Status'],
          resolution: orNull(record['Resolution']),
          first_response_time: utc(record['First Response Time']),
          time_to_resolution: utc(record['Time to Resolution']),
          customer_satisfaction: exact(record['Customer Satisfaction Rating']),
        })),
      );
    },
    TIMEOUT_MS,
  );
});

/** The last record of each key with its ordinal, those without a key left out. */
function lastOfEach(records: readonly Readonly<Record<string, string>>[], key: string) {
  const last = new Map(records.map((record, index) => [record[key], index]));
  return records.flatMap((record, index) => (record[key] !== '' && last.get(record[key]) === index ? [[index + 1, record] as const] : []));
}

function exact(text = ''): string | null {
  const [whole = '', decimals = ''] = text.split('.');
  return text === '' ? null : `${whole}.${decimals.padEnd(9, '0')}`;
}

function utc(text = ''): string | null {
  return text === '' ? null : `${text.replace(' ', 'T')}Z`;
}
