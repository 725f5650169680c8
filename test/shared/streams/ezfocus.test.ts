import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { streams } from '../../../shared/streams/index.ts';
import { type Chain, openChain } from '../../support/chain.ts';
import { printedSeed, seeded } from '../../support/random.ts';

let chain: Chain;
beforeAll(async () => {
  chain = await openChain({ streams });
});
afterAll(async () => {
  await chain.close();
});

let file = 0;
/** Drops records of a stream and loads them; answers the run record. */
async function loadRecords(stream: string, records: readonly object[] | string): Promise<Record<string, unknown>> {
  file += 1;
  const name = `ezfocus/${stream}/2026-11-${String(file).padStart(2, '0')}/drop.json`;
  const object = await chain.put(name, typeof records === 'string' ? records : JSON.stringify(records), { accept: 'drop+rejects' });
  await chain.settle();
  const [row] = await chain.rows(`SELECT * FROM ops.runs WHERE _raw_object = '${name}' AND _raw_generation = ${object.generation}`);
  return { ...row, warnings: row?.['warnings'] === null ? {} : JSON.parse(String(row?.['warnings'])) };
}

const account = (number: unknown, more: object = {}) => ({
  accnt_no: number,
  accnt_name: 'Store',
  accnt_city: 'Toronto',
  accnt_prov: 'ON',
  latitude: 43.65,
  longitude: -79.38,
  ...more,
});

describe('ezfocus/accounts', () => {
  test('fills the table that the replaced system documents, and the columns of the pipeline', async () => {
    await loadRecords('accounts', [account(1)]);
    const text = (name: string, description: string) => ({ name, type: 'STRING', mode: 'NULLABLE', description });
    expect(await chain.warehouse.columns({ dataset: 'WM_SalesTeam', table: 'Accounts_List' })).toEqual([
      { name: 'accnt_no', type: 'STRING', mode: 'REQUIRED', description: 'Store number' },
      text('accnt_class', 'Store classification'),
      text('accnt_name', 'Store name'),
      text('accnt_address', 'Address'),
      text('accnt_city', 'City'),
      text('accnt_post_code', 'Postal code'),
      text('accnt_prov', 'Province (Ontario)'),
      { name: 'latitude', type: 'FLOAT64', mode: 'NULLABLE', description: 'Geographical coordinate' },
      { name: 'longitude', type: 'FLOAT64', mode: 'NULLABLE', description: 'Geographical coordinate' },
      text('accnt_phone', 'Store phone number'),
      text('accnt_email', 'Store email'),
      text('website', 'Website URL'),
      text('instagram', 'Instagram handle'),
      text('facebook', 'Facebook page'),
      text('pos_system', 'Point of sale system'),
      text('accnt_type', 'Account type'),
      text('store_status', 'Store status'),
      text('chain_group', 'Chain affiliation'),
      text('visit_days', 'Days available for visits'),
      { name: 'client_since', type: 'DATE', mode: 'NULLABLE', description: 'First client date' },
      { name: 'client_until', type: 'DATE', mode: 'NULLABLE', description: 'End client date' },
      { name: '_raw_object', type: 'STRING', mode: 'REQUIRED', description: 'Raw object that the row comes from' },
      { name: '_raw_generation', type: 'INT64', mode: 'REQUIRED', description: 'Generation of the raw object' },
      { name: '_row', type: 'INT64', mode: 'REQUIRED', description: 'Ordinal of the record in the raw object, from 1' },
      { name: '_extracted_at', type: 'TIMESTAMP', mode: 'REQUIRED', description: 'Run time: when the raw object was asked for' },
      { name: '_extra', type: 'JSON', mode: 'NULLABLE', description: 'Fields of the record that the stream does not declare' },
      { name: 'load_timestamp', type: 'TIMESTAMP', mode: 'REQUIRED', description: 'Data load timestamp' },
    ]);
  });

  test('rejects one record for one bad number, not the load', async () => {
    const record = await loadRecords(
      'accounts',
      `[${[account(null), account('abc'), account('00123'), account(7)].map((row) => JSON.stringify(row)).join(',')},{"accnt_no":12.0,"accnt_name":"x"}]`,
    );
    expect(record).toMatchObject({ records: 5, rows: 4, rejects: 1, outcome: 'success' });
    expect((await chain.rows('SELECT accnt_no FROM WM_SalesTeam.Accounts_List ORDER BY accnt_no')).map((row) => row['accnt_no'])).toEqual([
      '00123',
      '12.0',
      '7',
      'abc',
    ]);
    const [reject] = await chain.rows('SELECT field, rule, reasons FROM ops.rejects');
    expect(reject).toMatchObject({ field: 'accnt_no', rule: 'required', reasons: '["accnt_no: required: a value"]' });
  });

  const corners: [string, unknown, unknown, boolean][] = [
    ['the southern bound', 41.6, -80, false],
    ['the northern bound', 57, -80, false],
    ['the western bound', 45, -95.2, false],
    ['the eastern bound', 45, -74.3, false],
    ['just south', 41.599999, -80, true],
    ['just north', 57.000001, -80, true],
    ['just west', 45, -95.200001, true],
    ['just east', 45, -74.299999, true],
    ['nowhere (0, 0)', 0, 0, true],
    ['no latitude', null, -80, true],
    ['no longitude', 45, null, true],
    ['a text', 'n/a', -80, true],
  ];

  test.each(corners)('warns about a store outside Ontario only: %s', async (_what, latitude, longitude, warned) => {
    const { warnings, rows } = await loadRecords('accounts', [account(1, { latitude, longitude })]);
    expect(rows).toBe(1);
    expect((warnings as Record<string, number>)['latitude: within'] ?? 0).toBe(warned ? 1 : 0);
  });

  test('warns about stores without coordinates where the source leaves the fields out', async () => {
    const { latitude: _latitude, longitude: _longitude, ...without } = account(1);
    expect((await loadRecords('accounts', [without])).warnings).toMatchObject({ 'latitude: within': 1 });
  });

  test('warns about other provinces and missing names, and turns dates that are none into null', async () => {
    const { warnings } = await loadRecords('accounts', [
      account(1, { accnt_prov: 'QC', client_since: '2024-02-30' }),
      account(2, { accnt_name: null, client_since: '0000-00-00', client_until: '' }),
      account(3, { client_since: '02/29/2024', client_until: '2024-12-31' }),
    ]);
    expect(warnings).toMatchObject({ 'accnt_prov: one_of': 1, 'accnt_name: filled': 1, 'client_since: type': 2 });
    expect(await chain.rows('SELECT accnt_no, client_since, client_until FROM WM_SalesTeam.Accounts_List ORDER BY accnt_no')).toEqual([
      { accnt_no: '1', client_since: null, client_until: null },
      { accnt_no: '2', client_since: null, client_until: null },
      { accnt_no: '3', client_since: '2024-02-29', client_until: '2024-12-31' },
    ]);
  });

  test('keeps the last of two records with one number and counts the other as a duplicate', async () => {
    await loadRecords('accounts', [account(1, { accnt_name: 'first' }), account(2), account(1, { accnt_name: 'last' })]);
    expect(await chain.rows("SELECT accnt_name FROM WM_SalesTeam.Accounts_List WHERE accnt_no = '1'")).toEqual([{ accnt_name: 'last' }]);
    const [ledger] = await chain.rows('SELECT rows, duplicates, loaded, conserved FROM ops.ledger ORDER BY run_time DESC LIMIT 1');
    expect(ledger).toEqual({ rows: 3, duplicates: 1, loaded: 2, conserved: true });
  });

  test.each(['accnt_name', 'accnt_city', 'accnt_prov'])('is refused where no record has the field %s', async (field) => {
    const { [field as 'accnt_name']: _gone, ...without } = account(1);
    expect(await loadRecords('accounts', [without])).toMatchObject({ outcome: 'refused', rule: 'columns' });
  });
});

describe('ezfocus/call_reports', () => {
  test.each([
    [99, { 'records: band: at least 100': 1 }],
    [100, {}],
    [10_000, {}],
    [10_001, { 'records: band: at most 10000': 1 }],
  ])('warns about %i reports: %o', async (count, warnings) => {
    const records = Array.from({ length: count }, (_, i) => ({ accnt_no: i, sales_rep: 'Ann' }));
    expect((await loadRecords('call_reports', records)).warnings).toEqual(warnings);
  });

  test.each(['accnt_no', 'sales_rep'])('rejects a report without %s', async (field) => {
    const record = { accnt_no: '1', sales_rep: 'Ann', [field]: null };
    expect(await loadRecords('call_reports', [record, { accnt_no: '2', sales_rep: 'Bob' }])).toMatchObject({ rejects: 1, rows: 1 });
  });

  test('gives every undeclared field a column of its own, and every value back, text for text', async () => {
    const random = seeded(printedSeed('call reports'));
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
    const alphabet = [...'abcXYZ019_ -/.$"\'`()é連😀\\%#\t'];
    const invented = () => Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick(alphabet)).join('');
    const fields = new Set([
      'Visit Type',
      'visit type',
      'Visit_Type',
      '1st call',
      'ACCNT_NO',
      '_extra',
      'load_timestamp',
      '',
      '__proto__',
      'constructor',
      '_PARTITIONTIME',
      'a.b',
      'a/b',
      'a~1b',
      '$.a',
    ]);
    while (fields.size < 32) fields.add(invented());
    /** Each value as JSON text, and as the text that must come back. */
    const values: [string, string | null][] = [
      ['"00123"', '00123'],
      ['1e5', '1e5'],
      ['12.0', '12.0'],
      ['true', 'true'],
      ['""', ''],
      ['null', null],
      ['-0', '-0'],
      ['9007199254740993', '9007199254740993'],
      ['"quote \\" backslash \\\\ é 😀 \\u0000 \\n"', 'quote " backslash \\ é 😀 \u0000 \n'],
      ['{"a":[1.10,null]}', '{"a":[1.10,null]}'],
      ['"null"', 'null'],
      ['" "', ' '],
    ];
    const rows = Array.from({ length: 12 }, (_, i) => new Map([...fields].map((field, j) => [field, values[(i + j) % values.length]!])));
    const body = rows.map(
      (row, i) => `{"accnt_no":"${i}","sales_rep":"Ann","action_date":"",${[...row].map(([field, [json]]) => `${JSON.stringify(field)}:${json}`).join(',')}}`,
    );
    await loadRecords('call_reports', `[${body.join(',')}]`);

    const table = (await chain.warehouse.columns({ dataset: 'WM_SalesTeam', table: 'Call_Reports' })) ?? [];
    const names = table.map((column) => column.name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    const columnOf = new Map(
      [...fields].map((field) => [field, table.find((column) => column.description === `Field ${JSON.stringify(field)} of the source`)?.name]),
    );
    for (const [field, column] of columnOf) expect([field, column]).toEqual([field, expect.stringMatching(/^[A-Za-z_][A-Za-z0-9_]*$/)]);
    expect([...columnOf].filter(([field]) => ['1st call', 'a.b'].includes(field))).toEqual([
      ['1st call', '_1st_call'],
      ['a.b', expect.stringMatching(/^a_b/)],
    ]);

    const found = await chain.rows(
      `SELECT ${[...columnOf.values()].map((column) => `"${column}"`).join(', ')}, action_date_raw FROM WM_SalesTeam.Call_Reports ORDER BY CAST(accnt_no AS INT)`,
    );
    expect(found).toHaveLength(rows.length);
    rows.forEach((row, i) => {
      for (const [field, [, text]] of row) expect([field, found[i]?.[columnOf.get(field)!]]).toEqual([field, text]);
      expect(found[i]?.['action_date_raw']).toBe('');
    });

    // Tomorrow the same fields find the same columns, in whatever order they come.
    await loadRecords('call_reports', `[${[...body].reverse().join(',')}]`);
    expect(await chain.warehouse.columns({ dataset: 'WM_SalesTeam', table: 'Call_Reports' })).toEqual(table);
  });
});

test('a load that has ended is found done when its event comes again, although its stage is gone', async () => {
  await loadRecords('call_reports', [{ accnt_no: '1', sales_rep: 'Ann', 'Some Field': 'x' }]);
  for (const object of await chain.objects(chain.clean)) {
    expect(await chain.finalize(chain.clean, object)).toMatchObject({ status: 200, body: { status: 'success' } });
  }
});

describe('ezfocus/inventory', () => {
  test('keeps every row, equal ones too, because the source gives no key', async () => {
    const row = { SEGMENT: 'Oils', BRAND: 'B', NAT_CATEG: 'N', LISTING_TYPE: 'L', CURR_INV: 12.5, CITY: 'Guelph', CHAIN: 'C' };
    expect(await loadRecords('inventory', [row, row, { ...row, CURR_INV: 'many' }])).toMatchObject({ rows: 3, warnings: { 'curr_inv: type': 1 } });
    expect(await chain.rows('SELECT segment, curr_inv, chain FROM WM_SalesTeam.Store_Inventory ORDER BY _row')).toEqual([
      { segment: 'Oils', curr_inv: expect.stringMatching(/^12\.50*$/), chain: 'C' },
      { segment: 'Oils', curr_inv: expect.stringMatching(/^12\.50*$/), chain: 'C' },
      { segment: 'Oils', curr_inv: null, chain: 'C' },
    ]);
  });
});
