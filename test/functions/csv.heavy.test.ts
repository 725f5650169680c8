import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { streams } from '../../shared/streams/index.ts';
import { type Chain, openChain } from '../support/chain.ts';

let chain: Chain;
beforeAll(async () => {
  chain = await openChain({ streams });
});
afterAll(async () => {
  await chain.close();
});

let files = 0;

/** Drops a file into the raw bucket, lets everything run, and tells what became of it. */
async function drop(stream: string, bytes: string | Uint8Array, { date = '2026-11-20', extension = 'csv' } = {}) {
  files += 1;
  const name = `${stream}/${date}/export ${files}.${extension}`;
  const known = (await chain.notices.list()).length;
  await chain.put(name, bytes);
  await chain.settle();
  const [run] = await chain.rows(`SELECT * FROM ops.runs WHERE _raw_object = '${name}'`);
  const json = (column: string) => JSON.parse(String(run?.[column] ?? '{}'));
  return {
    name,
    outcome: run?.['outcome'],
    counts: [run?.['records'], run?.['rows'], run?.['rejects']],
    warnings: json('warnings'),
    drift: json('drift'),
    rejects: await chain.rows(`SELECT line, reasons, record FROM ops.rejects WHERE _raw_object = '${name}' ORDER BY _row`),
    notices: (await chain.notices.list()).slice(known),
    clean: (await chain.objects(chain.clean)).filter((object) => object.name.startsWith(`${name}.`)).length,
  };
}

/** The rows that came from a raw object, without what the pipeline adds. */
async function rowsOf(table: string, name: string, origin = '_row') {
  const added = ['_raw_object', '_raw_generation', '_row', '_extracted_at', 'load_timestamp'].filter((column) => column !== origin);
  const rows = await chain.rows(`SELECT * EXCLUDE (${added.join(', ')}) FROM ${table} WHERE _raw_object = '${name}' ORDER BY _row`);
  return rows.map(({ _row, ...row }) => row);
}

const ORDER = {
  contact_id: null,
  user_pseudo_id: null,
  order_ts: null,
  items: null,
  campaign_id: null,
  channel: null,
  utm_source: null,
  utm_medium: null,
  transaction_id: null,
  is_repeat: null,
  payment_method: null,
  _extra: null,
};

describe('every stream', () => {
  const cases: [stream: string, table: string, csv: string, row: Record<string, unknown>][] = [
    [
      'crm_csv/contacts',
      'crm_csv.contacts',
      'contact_id,email,created_at,country,phone,email_opt_in\n0017,zoe@example.com,2020-03-01,GB,+44 20 7946 0000,true\n',
      { contact_id: '0017', email: 'zoe@example.com', created_at: '2020-03-01', country: 'GB', phone: '+44 20 7946 0000', email_opt_in: true, _extra: null },
    ],
    [
      'crm_csv/orders',
      'crm_csv.orders',
      'order_id,contact_id,user_pseudo_id,order_ts,order_date,amount,currency,items,campaign_id,channel,utm_source,utm_medium,transaction_id,is_repeat,payment_method\n' +
        'O-1,C-1,1006.2,2020-11-01 13:00:00,2020-11-01,2549.62,GBP,1,CMP_0001,google,google,organic,T-1,false,klarna\n',
      {
        order_id: 'O-1',
        contact_id: 'C-1',
        user_pseudo_id: '1006.2',
        order_ts: '2020-11-01T13:00:00Z',
        order_date: '2020-11-01',
        amount: '2549.620000000',
        currency: 'GBP',
        items: 1,
        campaign_id: 'CMP_0001',
        channel: 'google',
        utm_source: 'google',
        utm_medium: 'organic',
        transaction_id: 'T-1',
        is_repeat: false,
        payment_method: 'klarna',
        _extra: null,
      },
    ],
    [
      'crm_csv/campaigns',
      'crm_csv.campaigns',
      'campaign_id,campaign_name,channel,objective,start_date,end_date,status\nCMP_0001,Campaign_0001,display,awareness,2020-11-01,2021-01-11,active\n',
      {
        campaign_id: 'CMP_0001',
        campaign_name: 'Campaign_0001',
        channel: 'display',
        objective: 'awareness',
        start_date: '2020-11-01',
        end_date: '2021-01-11',
        status: 'active',
        _extra: null,
      },
    ],
    [
      'crm_csv/customers',
      'crm_csv.customers',
      'customer_id,customer_name,customer_email,customer_age,customer_gender,first_ticket_date,last_ticket_date,location,account_age_years,income_bracket,signup_date\n' +
        '7,"Ó Dálaigh, Aoife",aoife@example.com,45,Other,2021-05-31,2021-06-02,Leeds,4,Medium,2020-01-01\n',
      {
        customer_id: 7,
        customer_name: 'Ó Dálaigh, Aoife',
        customer_email: 'aoife@example.com',
        customer_age: 45,
        customer_gender: 'Other',
        first_ticket_date: '2021-05-31',
        last_ticket_date: '2021-06-02',
        location: 'Leeds',
        account_age_years: 4,
        income_bracket: 'Medium',
        signup_date: '2020-01-01',
        _extra: null,
      },
    ],
    [
      'crm_csv/products',
      'crm_csv.products',
      'product_id,product_name,brand,category\n42,"LG 55"" OLED",LG,TV\n',
      { product_id: 42, product_name: 'LG 55" OLED', brand: 'LG', category: 'TV', _extra: null },
    ],
    [
      'crm_csv/sales',
      'crm_csv.sales',
      'sale_id,customer_id,product_id,quantity,unit_price,total_amount,currency,payment_method,purchase_date\n9,7,42,3,114.35,343.05,GBP,card,2019-01-08\n',
      {
        sale_id: 9,
        customer_id: 7,
        product_id: 42,
        quantity: 3,
        unit_price: '114.350000000',
        total_amount: '343.050000000',
        currency: 'GBP',
        payment_method: 'card',
        purchase_date: '2019-01-08',
        _extra: null,
      },
    ],
    [
      'crm_csv/support_tickets',
      'crm_csv.support_tickets',
      'ticket_id,customer_id,customer_email,ticket_type,ticket_subject,ticket_description,ticket_status,resolution,ticket_priority,ticket_channel,ticket_created,first_response_time,time_to_resolution,frt_minutes,ttr_minutes,customer_satisfaction\n' +
        '5,7,aoife@example.com,Refund request,Data loss,"It says:\n""no disk""",Closed,Done.,Critical,Chat,2023-06-01 11:00:00,2023-06-01 12:15:36,2023-06-01 18:05:38,75.6,425.63,3.0\n',
      {
        ticket_id: 5,
        customer_id: 7,
        customer_email: 'aoife@example.com',
        ticket_type: 'Refund request',
        ticket_subject: 'Data loss',
        ticket_description: 'It says:\n"no disk"',
        ticket_status: 'Closed',
        resolution: 'Done.',
        ticket_priority: 'Critical',
        ticket_channel: 'Chat',
        ticket_created: '2023-06-01T11:00:00Z',
        first_response_time: '2023-06-01T12:15:36Z',
        time_to_resolution: '2023-06-01T18:05:38Z',
        frt_minutes: '75.600000000',
        ttr_minutes: '425.630000000',
        customer_satisfaction: '3.000000000',
        _extra: null,
      },
    ],
    [
      'reference/fx_rates',
      'reference.fx_rates',
      'rate_date,currency,reporting_currency,rate\n2020-11-01,USD,GBP,0.772345678\n',
      { rate_date: '2020-11-01', currency: 'USD', reporting_currency: 'GBP', rate: '0.772345678', _extra: null },
    ],
  ];

  test.each(cases)('%s: a file becomes the row that a person writes by hand', async (stream, table, csv, row) => {
    const { name, outcome, warnings, drift, notices } = await drop(stream, csv);
    expect({ outcome, warnings, drift, notices }).toEqual({ outcome: 'success', warnings: {}, drift: {}, notices: [] });
    expect(await rowsOf(table, name)).toEqual([row]);
  });

  test.each(cases)('%s: a required column that is missing stops the file at once, and is named', async (stream, table, csv) => {
    const declared = streams.find(({ id }) => id === stream)!;
    const before = await chain.rows(`SELECT COUNT(*) AS n FROM ${table}`);
    for (const [column, { required }] of Object.entries(declared.columns)) {
      if (required !== true) continue;
      const { outcome, counts, notices, clean } = await drop(stream, csv.replace(new RegExp(`\\b${column}\\b`), 'other'));
      expect({ column, outcome, counts, clean }).toEqual({ column, outcome: 'failed', counts: [0, 0, 0], clean: 0 });
      expect(notices).toEqual([expect.objectContaining({ rule: 'header', field: column, message: `the header has no column ${column}` })]);
    }
    expect(await chain.rows(`SELECT COUNT(*) AS n FROM ${table}`)).toEqual(before);
  });

  test.each(cases)('%s: a required value that is missing rejects its record, with the line', async (stream, _table, csv) => {
    const declared = streams.find(({ id }) => id === stream)!;
    const [header = '', ...rest] = csv.trimEnd().split('\n');
    const names = header.split(',');
    const values = rest.join('\n');
    const required = names.filter((name) => declared.columns[name]?.required === true);
    const broken = required.map((name) => values.split(',').with(names.indexOf(name), '').join(','));
    const { rejects } = await drop(stream, [header, ...Array(99).fill(values), '', ...broken].join('\n'));
    const first = 2 + 99 * rest.length + 1;
    expect(rejects.map(({ line, reasons }) => [line, JSON.parse(String(reasons))])).toEqual(
      required.map((name, index) => [first + index * rest.length, [`${name}: required: a value`]]),
    );
  });
});

describe('what programs write', () => {
  const columns = ['order_id', 'order_date', 'amount', 'currency', 'channel'] as const;
  const records = [
    ['A-1', '2020-11-01', '84.41', 'GBP', 'naïve, "so-called"\r\nsecond line'],
    ['A-2', '2020-12-31', '0.10', 'JPY', ''],
    ['A-3', '2020-02-29', '123456789.123456789', 'GBP', '東京 😀'],
  ];
  const expected = [
    { order_id: 'A-1', order_date: '2020-11-01', amount: '84.410000000', currency: 'GBP', channel: 'naïve, "so-called"\r\nsecond line' },
    { order_id: 'A-2', order_date: '2020-12-31', amount: '0.100000000', currency: 'JPY', channel: null },
    { order_id: 'A-3', order_date: '2020-02-29', amount: '123456789.123456789', currency: 'GBP', channel: '東京 😀' },
  ].map((row) => ({ ...ORDER, ...row }));

  const cell = (text: string) => (/[",;\t|\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  function csv({ separator = ',', end = '\n', order = [0, 1, 2, 3, 4], name = (column: string) => column, date = (text: string) => text } = {}): string {
    const lines = [columns.map(name), ...records.map((record) => record.map((text, index) => (index === 1 ? date(text) : text)))];
    return lines.map((line) => order.map((index) => cell(line[index] ?? '')).join(separator) + end).join('');
  }
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
  const dayFirst = (separator: string) => (text: string) => text.split('-').reverse().join(separator);

  test.each<[string, string | Uint8Array]>([
    ['LF', csv()],
    ['CRLF', csv({ end: '\r\n' })],
    ['CR', csv({ end: '\r' })],
    ['no last line end', csv().trimEnd()],
    ['a byte order mark', `\ufeff${csv({ end: '\r\n' })}`],
    ['UTF-16', utf16(csv({ separator: '\t', end: '\r\n' }))],
    ['UTF-16, big-endian', utf16(csv({ end: '\r\n' })).swap16()],
    ['semicolons', csv({ separator: ';', end: '\r\n' })],
    ['tabs', csv({ separator: '\t' })],
    ['bars', csv({ separator: '|' })],
    ['gzip', gzipSync(csv())],
    ['another order of columns', csv({ order: [4, 2, 0, 3, 1] })],
    ['another case of names', csv({ name: (column) => column.toUpperCase() })],
    ['names for people', csv({ name: (column) => ` ${column[0]?.toUpperCase()}${column.slice(1).replace('_', ' ')} ` })],
    ['blank lines', `\n\n${csv({ end: '\n\n' })}\n,,,,\n`],
    ['dates like 31-12-2020', csv({ date: dayFirst('-') })],
    ['dates like 31/12/2020', csv({ date: dayFirst('/') })],
    ['dates like 31.12.2020', csv({ date: dayFirst('.') })],
    ['dates with a time', csv({ date: (text) => `${text} 23:59:59` })],
  ])('%s: the rows are the same', async (what, bytes) => {
    const { name, counts } = await drop('crm_csv/orders', bytes, { extension: what === 'gzip' ? 'csv.gz' : 'csv' });
    expect(counts).toEqual([3, 3, 0]);
    expect(await rowsOf('crm_csv.orders', name)).toEqual(expected);
  });

  test('a date whose order could be either is read day first, as declared; one that cannot be is rejected', async () => {
    const lines = ['B-1,02-03-2020,1,GBP', 'B-2,2/3/2020,1,GBP', 'B-3,12/25/2020,1,GBP', 'B-4,31-02-2020,1,GBP'];
    const good = Array.from({ length: 50 }, (_, index) => `B-${index + 10},01-11-2020,1,GBP`);
    const { name, rejects } = await drop('crm_csv/orders', ['order_id,order_date,amount,currency', ...lines, ...good].join('\n'));
    const rows = await rowsOf('crm_csv.orders', name);
    expect(rows.slice(0, 3).map((row) => row['order_date'])).toEqual(['2020-03-02', '2020-03-02', '2020-11-01']);
    expect(rejects.map(({ line, reasons }) => [line, JSON.parse(String(reasons))])).toEqual(
      [4, 5].map((line) => [line, [expect.stringMatching(/^order_date: type: a date as YYYY-MM-DD or .* or D-M-YYYY/)]]),
    );
  });

  test('moments without a zone are UTC, those with one become it', async () => {
    const moments = ['2020-11-01 13:00', '2020-11-01T13:00:00+02:00', '01-11-2020 13:00', '1/11/2020 13:00:30'];
    const lines = moments.map((moment, index) => `M-${index},${moment},2020-11-01,1,GBP`);
    const { name } = await drop('crm_csv/orders', ['order_id,order_ts,order_date,amount,currency', ...lines].join('\n'));
    expect((await rowsOf('crm_csv.orders', name)).map((row) => row['order_ts'])).toEqual([
      '2020-11-01T13:00:00Z',
      '2020-11-01T11:00:00Z',
      '2020-11-01T13:00:00Z',
      '2020-11-01T13:00:30Z',
    ]);
  });
});

describe('columns', () => {
  const header = 'contact_id,email,created_at,country,phone,email_opt_in';

  test('that nobody declared travel in _extra, the doubled and the nameless too, and are drift', async () => {
    const { name, drift } = await drop('crm_csv/contacts', `${header},Lead Score,tag,tag,\nX-1,,,GB,,,00.5,a,b,c\nX-2,,,GB,,,,,,\n`);
    expect((await rowsOf('crm_csv.contacts', name)).map((row) => JSON.parse(String(row['_extra'])))).toEqual([
      { 'Lead Score': '00.5', tag: 'a', tag_2: 'b', column_10: 'c' },
      { 'Lead Score': '', tag: '', tag_2: '', column_10: '' },
    ]);
    expect(drift).toEqual({ 'Lead Score': 2, tag: 2, tag_2: 2, column_10: 2 });
  });

  test('that may be missing are null, and named as a warning once', async () => {
    const { name, outcome, warnings } = await drop('crm_csv/contacts', 'contact_id,email,country\nX-3,a@example.com,GB\nX-4,b@example.com,GB\n');
    expect([outcome, warnings]).toEqual(['success', { 'created_at: missing': 1, 'phone: missing': 1, 'email_opt_in: missing': 1 }]);
    expect(await rowsOf('crm_csv.contacts', name)).toMatchObject([{ created_at: null, phone: null }, { created_at: null }]);
  });

  test('that name one field twice stop the file: nobody knows which is right', async () => {
    const { outcome, counts, clean, notices } = await drop('crm_csv/contacts', `${header},Email\nX-5,,,GB,,,\n`.replace('email,', 'EMAIL,'));
    expect({ outcome, counts, clean }).toEqual({ outcome: 'failed', counts: [0, 0, 0], clean: 0 });
    expect(notices).toMatchObject([{ rule: 'header', field: 'email', message: 'the header names email twice' }]);
  });
});

describe('broken files', () => {
  const header = 'product_id,product_name,brand,category';

  test('ragged lines are rejected with their lines; the others load', async () => {
    const good = Array.from({ length: 60 }, (_, index) => `${1_000 + index},"two\nlines",LG,TV`);
    const { name, counts, rejects } = await drop('crm_csv/products', [header, ...good, '', '1,short', '2,too,long,TV,cell', '3,fine,LG,TV,,'].join('\n'));
    expect(counts).toEqual([63, 61, 2]);
    expect(rejects).toEqual([
      { line: 123, reasons: '["record: columns: 4 cells (it has 2)"]', record: '1,short' },
      { line: 124, reasons: '["record: columns: 4 cells (it has 5)"]', record: '2,too,long,TV,cell' },
    ]);
    expect(await rowsOf('crm_csv.products', name)).toHaveLength(61);
  });

  test('a quote that nobody closed ends the file with its line, and leaves no row', async () => {
    const { outcome, clean, notices } = await drop('crm_csv/products', `${header}\n2001,fine,LG,TV\n\n2002,"open,LG,TV\n2003,fine,LG,TV\n`);
    expect([outcome, clean]).toEqual(['failed', 0]);
    expect(notices).toMatchObject([
      { rule: 'malformed', class: 'permanent', message: 'malformed CSV: the record that begins on line 4 has a quoted cell that is not closed' },
    ]);
    expect(await chain.rows('SELECT product_id FROM crm_csv.products WHERE product_id BETWEEN 2001 AND 2003')).toEqual([]);
  });

  test('a quote that another one closes takes no record along', async () => {
    const good = Array.from({ length: 60 }, (_, index) => `${3_000 + index},"a ""fine"" one",LG,TV`);
    const { counts, rejects } = await drop('crm_csv/products', [header, '1,"open,LG,TV', '2,"closed",LG,TV', ...good].join('\n'));
    expect(counts).toEqual([61, 60, 1]);
    expect(rejects).toEqual([
      { line: 2, reasons: '["record: columns: quoted cells that end where their quotes close"]', record: '1,"open,LG,TV\n2,"closed",LG,TV' },
    ]);
  });

  test('a header alone is a file without records', async () => {
    const { outcome, counts, clean, notices } = await drop('crm_csv/products', `${header}\r\n`);
    expect({ outcome, counts, clean, notices }).toEqual({ outcome: 'success', counts: [0, 0, 0], clean: 1, notices: [] });
  });

  test.each([
    ['nothing', ''],
    ['line ends', '\r\n\r\n'],
    ['a byte order mark', '\ufeff'],
  ])('a file of %s has no header, which a person must know', async (_what, bytes) => {
    const { outcome, clean, notices } = await drop('crm_csv/products', bytes);
    expect([outcome, clean]).toEqual(['failed', 0]);
    expect(notices).toMatchObject([{ rule: 'header', message: 'the file is empty: it has no header line' }]);
  });

  test('a file without a header line is told apart from one without records; its values are told nobody', async () => {
    const { notices } = await drop('crm_csv/products', '4001,secret thing,LG,TV\n');
    expect(notices).toMatchObject([{ rule: 'header', message: 'the header has no column product_id, product_name' }]);
  });

  test('a NUL stays in a text, and makes no number', async () => {
    const good = Array.from({ length: 60 }, (_, index) => `${5_000 + index},x,LG,TV`);
    const { name, rejects } = await drop('crm_csv/products', [header, '4998,a\0b,LG,TV', '49\x0099,x,LG,TV', ...good].join('\n'));
    expect((await rowsOf('crm_csv.products', name))[0]).toMatchObject({ product_id: 4998, product_name: 'a\0b' });
    expect(rejects).toMatchObject([{ line: 3, reasons: '["product_id: type: a whole number of 64 bits"]' }]);
  });

  test('bytes that are no UTF-8 reject their record only', async () => {
    const good = Array.from({ length: 60 }, (_, index) => `${6_000 + index},Zoë,LG,TV`);
    const bytes = Buffer.concat([Buffer.from([header, ...good, ''].join('\n')), Buffer.from('7000,Zo\xeb,LG,TV\n', 'latin1')]);
    const { counts, rejects } = await drop('crm_csv/products', bytes);
    expect(counts).toEqual([61, 60, 1]);
    expect(rejects).toMatchObject([{ line: 62, reasons: '["record: unicode: valid UTF-8, or UTF-16"]' }]);
  });
});

describe('rows of one key', () => {
  test('are the newest file, whatever order the files come in', async () => {
    const file = (amount: number) => `order_id,order_date,amount,currency\nK-1,2020-11-01,${amount},GBP\n`;
    await drop('crm_csv/orders', file(2), { date: '2026-11-02' });
    await drop('crm_csv/orders', file(1), { date: '2026-11-01' });
    expect(await chain.rows("SELECT amount FROM crm_csv.orders WHERE order_id = 'K-1'")).toEqual([{ amount: '2.000000000' }]);
    await drop('crm_csv/orders', file(3), { date: '2026-11-03' });
    expect(await chain.rows("SELECT amount FROM crm_csv.orders WHERE order_id = 'K-1'")).toEqual([{ amount: '3.000000000' }]);
  });
});

describe('rules', () => {
  test('money without a currency: an order is rejected, a sale, whose exports have none, is warned about', async () => {
    const orders = Array.from({ length: 30 }, (_, index) => `R-${index},2020-11-01,1.10,GBP`);
    const { rejects } = await drop(
      'crm_csv/orders',
      ['order_id,order_date,amount,currency', ...orders, 'R-98,2020-11-01,1.10,', 'R-99,2020-11-01,1.10,£'].join('\n'),
    );
    expect(rejects.map(({ reasons }) => reasons)).toEqual(['["currency: required: a value"]', '["currency: matches: a currency code of three capitals"]']);
    const { counts, warnings } = await drop(
      'crm_csv/sales',
      'sale_id,customer_id,product_id,quantity,unit_price,total_amount,payment_method,purchase_date\n1,1,1,1,1,1,card,2020-11-01\n',
    );
    expect(counts).toEqual([1, 1, 0]);
    expect(warnings).toEqual({ 'currency: filled': 1, 'currency: missing': 1 });
  });

  test.each([
    ['passes', 0, ['3,0.1,0.3', '3,0.1,0.30', '3,33.333,100.00', '-2,0.5,-1', ',5,7', '5,,7', '5,7,']],
    ['is warned about', 4, ['3,33.333,100.01', '2,114.35,228.71', '-2,0.5,1', '4,999999999.999999999,999999999']],
  ])('a total that %s, and is kept', async (_what, count, sales) => {
    const header = 'sale_id,customer_id,product_id,purchase_date,currency,quantity,unit_price,total_amount';
    const { counts, warnings } = await drop('crm_csv/sales', [header, ...sales.map((sale, index) => `${index},1,1,2020-11-01,GBP,${sale}`)].join('\n'));
    expect(counts).toEqual([sales.length, sales.length, 0]);
    expect(warnings['total_amount: product'] ?? 0).toBe(count);
  });

  test('durations of whole seconds have endless decimals in minutes, and are rounded', async () => {
    const { name, counts } = await drop(
      'crm_csv/support_tickets',
      'ticket_id,frt_minutes,ttr_minutes\n5,75.63333333333333,425.633333333333333333\n6,0.016666666666666666,-0.5\n',
    );
    expect(counts).toEqual([2, 2, 0]);
    expect((await rowsOf('crm_csv.support_tickets', name)).map(({ frt_minutes, ttr_minutes }) => [frt_minutes, ttr_minutes])).toEqual([
      ['75.633333333', '425.633333333'],
      ['0.016666667', '-0.500000000'],
    ]);
  });

  test('ratings, minutes and rates outside their range', async () => {
    const tickets = ['1,1,0,0', '2,5.0,-1,3', '3,0.9,1,-0.5', '4,5.1,1,1', '5,,,'].join('\n');
    const { counts, warnings } = await drop('crm_csv/support_tickets', `ticket_id,customer_satisfaction,frt_minutes,ttr_minutes\n${tickets}\n`);
    expect(counts).toEqual([5, 5, 0]);
    expect(warnings).toMatchObject({ 'customer_satisfaction: matches': 2, 'frt_minutes: matches': 1, 'ttr_minutes: matches': 1 });
    const rates = ['0.5', ...Array(60).fill('1'), '0', '-1', '0.0'].map((rate, index) => `01-${1 + (index % 12)}-${1990 + index},USD,GBP,${rate}`);
    const { rejects } = await drop('reference/fx_rates', ['rate_date,currency,reporting_currency,rate', ...rates].join('\n'));
    expect(rejects.map(({ line, reasons }) => [line, reasons])).toEqual([63, 64, 65].map((line) => [line, '["rate: matches: more than zero"]']));
  });
});
