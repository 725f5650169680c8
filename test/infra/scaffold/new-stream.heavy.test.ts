import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runHere } from '../cli/command.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'new-stream-'));
});
afterAll(() => rm(home, { recursive: true }));

/** What would be written for a sample, as one text. */
async function proposed(body: string | object, file = 'sample.json', ...more: readonly string[]): Promise<{ out: string; err: string }> {
  await writeFile(join(home, file), typeof body === 'string' ? body : JSON.stringify(body));
  const { code, out, err } = await runHere(['new-stream', 'lab/things', '--sample', file, '--dry-run', ...more], home);
  expect([code, err]).toEqual([0, expect.stringMatching(/^key: /)]);
  return { out, err };
}

/** What columns are, by the values that a sample has for them, as JSON. */
const COLUMNS: readonly [string, string, readonly string[], string][] = [
  ['whole numbers', 'stock', ['1', '-7', '12.0'], "{ type: 'INT64' }"],
  ['15 digits', 'digits', ['123456789012345'], "{ type: 'INT64' }"],
  ['16 digits', 'more_digits', ['1', '1234567890123456'], "{ type: 'STRING' }"],
  ['leading zeros', 'store', ['"00123"', '"17"'], "{ type: 'STRING' }"],
  ['an id that the source writes as text', 'order_id', ['"123"'], "{ type: 'STRING' }"],
  ['money in whole numbers', 'total_amount', ['12', '7'], "{ type: 'NUMERIC' }"],
  ['decimals', 'weight', ['0.1', '"12.50"'], "{ type: 'NUMERIC' }"],
  ['large decimals', 'mass', ['12345678.5'], "{ type: 'NUMERIC', precision: 38 }"],
  ['more than nine decimals', 'share', ['0.12345678901'], "{ type: 'FLOAT64' }"],
  ['a coordinate', 'latitude', ['43.5448', '43'], "{ type: 'FLOAT64' }"],
  ['true and false', 'open', ['true', '"False"'], "{ type: 'BOOL' }"],
  ['0 and 1 of a flag', 'is_open', ['0', '1'], "{ type: 'BOOL' }"],
  ['0 and 1 of a number', 'boxes', ['0', '1'], "{ type: 'INT64' }"],
  ['numbers and words', 'level', ['1', '"many"'], "{ type: 'STRING' }"],
  ['a day', 'begun', ['"2024-02-29"'], "{ type: 'DATE' }"],
  ['a day that no calendar has', 'no_day', ['"2023-02-29"'], "{ type: 'STRING' }"],
  ['days, the day first', 'day_first', ['"13/02/2024"', '"01/02/2024"'], "{ type: 'DATE', formats: ['D/M/YYYY'] }"],
  ['days, the month first', 'month_first', ['"02/13/2024"', '"01/02/2024"'], "{ type: 'DATE', formats: ['M/D/YYYY'] }"],
  ['days in two formats', 'days', ['"2024-02-13"', '"1.2.2024"'], "{ type: 'DATE', formats: ['YYYY-MM-DD', 'D.M.YYYY'] }"],
  ['moments with their zone', 'moment', ['"2024-02-13T10:00:00Z"', '"2024-02-13T10:00:00.5+02:00"'], "{ type: 'TIMESTAMP' }"],
  ['times without a zone', 'local', ['"2024-02-13 10:00:00"'], "{ type: 'DATETIME' }"],
  [
    'some with a zone',
    'mixed',
    ['"2024-02-13T10:00:00"', '"2024-02-13T10:00:00Z"'],
    "{ type: 'TIMESTAMP', formats: ['YYYY-MM-DDTHH:mm:ss', 'YYYY-MM-DDTHH:mm:ssZ'], zone: 'UTC' }",
  ],
  ['objects', 'tags', ['{"a":1}', '[]'], "{ type: 'JSON' }"],
  ['nothing', 'note', ['null', '""'], "{ type: 'STRING' }"],
  ['a telephone number in digits', 'phone', ['4165550101'], "{ type: 'STRING' }"],
  ['a postal code in digits', 'zip', ['41655'], "{ type: 'STRING' }"],
];

describe('a column', () => {
  let declaration = '';
  beforeAll(async () => {
    const records = [0, 1, 2].map((index) => [`"id":${index}`, ...COLUMNS.map(([, name, values]) => `"${name}":${values[index] ?? 'null'}`)]);
    declaration = (await proposed(`[${records.map((members) => `{${members.join(',')}}`).join(',')}]`)).out;
  });

  test.each(COLUMNS)('of %s is declared as such', (_what, name, _values, expected) => {
    const text = new RegExp(`^ {4}${name}: (\\{.*\\}),$`, 'm').exec(declaration)?.[1];
    expect(text?.replace(/ required: true,| privacy: 'pii',/g, '').replace(/, description: '.*'/, '')).toBe(expected);
  });

  test('says why, where its values alone would not tell', () => {
    expect(declaration).toContain("    // digits with leading zeros\n    store: { type: 'STRING'");
    expect(declaration).toContain("    // numbers of more than 15 digits are names\n    more_digits: { type: 'STRING'");
    expect(declaration).toContain("    // some texts name no zone: taken as UTC\n    mixed: { type: 'TIMESTAMP'");
  });

  test('of days that may be read in two ways says so', async () => {
    const { out } = await proposed([{ id: 1, day: '01/02/2024' }]);
    expect(out).toContain("    // no value tells D/M/YYYY from M/D/YYYY: ask the source\n    day: { type: 'DATE', required: true, formats: ['D/M/YYYY']");
  });

  test('is required where every record has a value, and nullable where one has none', async () => {
    const { out } = await proposed([
      { id: 1, a: 'x', b: 'x', c: 'x', d: 'x' },
      { id: 2, a: 'y', b: null, c: '' },
    ]);
    expect([...out.matchAll(/^ {4}(\w+): \{ type: '\w+', required: true/gm)].map(([, name]) => name)).toEqual(['id', 'a']);
  });

  test('has a name of its own where the field has none that fits', async () => {
    const record = {
      id: 1,
      'Order Nr.': 'x',
      'order nr': 'x',
      ID: 'x',
      '1st': 'x',
      _row: 'x',
      load_timestamp: 'x',
      'a/b': 'x',
      '/c': 'x',
      é: 'x',
      constructor: 'x',
    };
    const { out, err } = await proposed([record]);
    const names = [...out.matchAll(/^ {4}(\w+): \{.*?(?:field: '([^']*)')?, (?:privacy: 'pii', )?description/gm)].map(([, name, field]) => [name, field]);
    expect(names).toEqual([
      ['id', undefined],
      ['order_nr', 'Order Nr.'],
      ['order_nr_2', 'order nr'],
      ['ID_2', 'ID'],
      ['field_1st', '1st'],
      ['row', '_row'],
      ['load_timestamp_2', 'load_timestamp'],
      ['a_b', 'a/b'],
      ['c', '/~1c'],
      ['e', 'é'],
    ]);
    expect(err).toContain('no column can be made of constructor: it travels in _extra');
  });

  test('that looks personal is marked, and its values are others in the fixture, nested ones and those in texts, too', async () => {
    const person = (id: number, name: string, mail: string, phone: string) => ({
      id,
      full_name: name,
      mail,
      phone,
      note: `asked ${mail}`,
      more: { email: mail, city: 'Lyon' },
    });
    const { out } = await proposed([person(1, 'Ada Real', 'ada@real.test', '+44 20 7946 0958'), person(2, 'Bob Real', 'bob@real.test', '+44 20 7946 0959')]);
    expect(out).not.toMatch(/Real|real\.test|7946/);
    for (const name of ['full_name', 'mail', 'phone']) expect(out).toMatch(new RegExp(`^ {4}${name}: .*privacy: 'pii'`, 'm'));
    expect(out).toContain('"full_name":"Person 1","mail":"person1@example.com","phone":"+55 55 5555 5101","note":"asked person1@example.com"');
    expect(out).toContain('"more":{"email":"person1@example.com","city":"Lyon"}');
  });
});

describe('a key', () => {
  const rows = (count: number, of: (index: number) => object) => Array.from({ length: count }, (_, index) => of(index));

  test.each<[string, object[], string, string]>([
    ['is the id of the stream', rows(3, (id) => ({ name: `n${id}`, shop_id: id, thing_id: id })), "key: ['thing_id']", 'merge()'],
    ['is whatever is named like an id', rows(3, (id) => ({ name: 'n', sku: `s${id}` })), "key: ['sku']", 'merge()'],
    ['is the first field, where it is unique', rows(3, (id) => ({ label: `l${id}`, amount: id })), "key: ['label']", 'merge()'],
    [
      'is two columns, where no one is unique',
      rows(4, (id) => ({ day: `2024-01-0${1 + (id >> 1)}`, city: `c${id & 1}`, n: 1 })),
      "key: ['day', 'city']",
      'merge()',
    ],
    ['is not what some record lacks', [...rows(3, (id) => ({ id, city: 'c' })), { city: 'c' }], '', 'replace()'],
  ])('%s', async (_what, records, key, write) => {
    const { out, err } = await proposed(records);
    expect(/key: \[.*\]/.exec(out)?.[0] ?? '').toBe(key);
    expect(out).toContain(`write: ${write}`);
    expect(err).toMatch(/^key: .* \(.*\)$/m);
  });

  test.each([
    ['updated_at', { id: 1, created_at: '2024-01-01T00:00:00Z', updated_at: '2024-01-01T00:00:00Z' }, 'last changed'],
    ['created_at', { id: 1, created_at: '2024-01-01T00:00:00Z' }, 'no later change'],
    ['none', { id: 1, name: 'x' }, 'full set'],
  ])('comes with a cursor: %s', async (name, record, reason) => {
    const { err, out } = await proposed([record]);
    expect(err).toMatch(new RegExp(`^cursor: ${name} \\(.*${reason}`, 'm'));
    expect(out).toMatch(new RegExp(`^ \\* Cursor: ${name} \\(.*${reason}`, 'm'));
  });
});

describe('a sample', () => {
  test('may be a list below a member of a document, whose longest list is taken', async () => {
    expect((await proposed({ links: [{}], data: { rows: [{ id: 1 }, { id: 2 }] } })).out).toContain("records: '/data/rows'");
  });

  test('may be packed, and lines', async () => {
    await writeFile(join(home, 'sample.ndjson.gz'), gzipSync('{"id":1}\n{"id":2}\n'));
    const { code, out } = await runHere(['new-stream', 'lab/things', '--sample', 'sample.ndjson.gz', '--dry-run'], home);
    expect([code, out]).toEqual([0, expect.stringContaining('"ndjson": [')]);
  });

  test('with an address makes a request of it, without credentials', async () => {
    const { out, err } = await proposed([{ id: 1 }], 'sample.json', '--source-url', 'https://lab.example.com/v1/things?limit=5&api_key=verysecret');
    expect(out).toContain("request: () => ({ path: '/v1/things', query: { limit: '5' } })");
    expect(out).toContain("baseUrl: url('LAB_BASE_URL'");
    expect(out + err).not.toContain('verysecret');
    expect(err).toContain('left out of the request: api_key');
  });

  test('is read as text, whatever it holds', async () => {
    const { out } = await proposed([{ id: 1, [`x'}); process.exit(9); ({ y: '*/\\`]: '\u001b[2J' }]);
    expect(out).toContain(`field: "x'}); process.exit(9); ({ y: '*/\\\\"`);
    expect(out).not.toContain('\u001b');
  });

  test.each([
    ['that is empty', '[]', 'things.json', 'has no records'],
    ['without a list', '{"a":1}', 'things.json', 'there is no array of objects in it'],
    ['of numbers', '[1,2]', 'things.json', 'there is no array of objects in it'],
    ['that is no JSON', '{"id":1}\n{"id":2}\n', 'things.json', 'is not one JSON document in UTF-8 (is it .ndjson?)'],
    ['of a header only', 'id,name\n', 'things.csv', 'has no records'],
    ['with a column that is named twice', 'id,name,name\n1,a,b\n', 'things.csv', 'the header names name twice'],
    ['with an open quote', 'id,name\n1,"x\n', 'things.csv', 'malformed CSV: '],
    ['of another kind', 'x', 'things.xlsx', 'it ends in .json, .ndjson or .csv'],
  ])('%s is refused in one line', async (_what, body, file, words) => {
    await writeFile(join(home, file), body);
    const { code, out, err } = await runHere(['new-stream', 'lab/things', '--sample', file, '--dry-run'], home);
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: expect.stringContaining(words) });
    expect(err.split('\n')).toHaveLength(2);
  });

  test.each<[string, string[], string]>([
    ['a name that is none', ['lab/Things', '--sample', 'x.json'], 'new-stream: <source>/<stream> "lab/Things" is no <source>/<stream> of lower-case letters'],
    ['the built-in source', ['pipeline/things', '--sample', 'x.json'], 'new-stream: <source>/<stream> "pipeline/things" has a source that the pipeline keeps'],
    ['the dataset of the ledger', ['ops/things', '--sample', 'x.json'], 'new-stream: <source>/<stream> "ops/things" has a source that the pipeline keeps'],
    ['the name of a shared file', ['lab/source', '--sample', 'x.json', '--dry-run'], 'new-stream: "source" is the name of a file'],
    ['neither a sample nor a check', ['lab/things'], 'new-stream: --sample or --check is needed, and not both'],
    ['an address that is none', ['lab/things', '--sample', 'x.json', '--source-url', 'ftp://x'], 'new-stream: --source-url "ftp://x" is no http(s) address'],
    ['an address with credentials', ['lab/things', '--sample', 'x.json', '--source-url', 'https://u:p@x'], 'new-stream: --source-url'],
    ['a file that is not there', ['lab/things', '--sample', 'nope.json'], 'new-stream: there is no file'],
    ['a check of no stream', ['lab/things', '--check', 'x.json'], 'new-stream: "lab/things" is not a stream; there are'],
  ])('%s is a wrong command', async (_what, words, line) => {
    await writeFile(join(home, 'x.json'), '[{"id":1}]');
    const { code, out, err } = await runHere(['new-stream', ...words], home);
    expect({ code, out, err: err.slice(0, line.length) }).toEqual({ code: 2, out: '', err: line });
  });

  test('of a stream that is there is refused', async () => {
    await writeFile(join(home, 'contacts.csv'), 'id\n1\n');
    const { code, err } = await runHere(['new-stream', 'crm_csv/contacts', '--sample', 'contacts.csv', '--dry-run'], home);
    expect([code, err]).toEqual([1, 'shared/streams/crm_csv/contacts.ts is there already, and nothing is overwritten\n']);
  });

  test('for a source without an address takes no address', async () => {
    await writeFile(join(home, 'x.csv'), 'id\n1\n');
    const { code, err } = await runHere(['new-stream', 'crm_csv/things', '--sample', 'x.csv', '--source-url', 'https://x.example', '--dry-run'], home);
    expect([code, err]).toEqual([1, expect.stringContaining('crm_csv/source.ts has no address')]);
  });
});

describe('a second sample', () => {
  const HEADER = 'sale_id,customer_id,product_id,quantity,unit_price,total_amount,currency,payment_method,purchase_date';

  async function check(...lines: readonly string[]): Promise<{ code: number | null; lines: readonly string[] }> {
    await writeFile(join(home, 'second.csv'), `${[HEADER, ...lines].join('\n')}\n`);
    const { code, out } = await runHere(['new-stream', 'crm_csv/sales', '--check', 'second.csv'], home);
    return {
      code,
      lines: out
        .trimEnd()
        .split('\n')
        .map((line) => line.replaceAll(/ {2,}/g, ' | ')),
    };
  }

  test('that fits is said to', async () => {
    expect(await check('1,1,2,3,19.90,59.70,EUR,card,2024-02-29')).toEqual({ code: 0, lines: ['1 record: 1 row, 0 rejects; the declaration fits'] });
  });

  test('is told what it breaks: column, rule, records, and what to change', async () => {
    const { code, lines } = await check(
      '1,1,2,3,1234567890.5,59.70,EUR,card,2024-02-29',
      '1,,2,3,1,1,EUR,cash,29/2/2024',
      '92233720368547758070,1,2,1.5,1,1,euro,card,Feb 29',
      '4,1,2,1,1,1,EUR,card,2024-02-29',
      '4,1,2,1,1,1,EUR,card,2024-02-29',
      '5,1,2,1,1',
      ',1,2,1,1,1,EUR,card,2024-02-29',
    );
    expect(code).toBe(1);
    const found = lines.slice(2);
    const line = (start: string, ...words: readonly string[]) => {
      const [one = ''] = found.filter((candidate) => candidate.startsWith(start));
      expect([start, one]).toEqual([start, expect.stringContaining(words[0]!)]);
      for (const word of words) expect(one).toContain(word);
    };
    line('breaks | unit_price | type | 1 |', '5 of 6 of its values fit NUMERIC', "unit_price: { type: 'NUMERIC'", 'precision: 38');
    line('breaks | customer_id | required | 1 |', "leave out required: true, as customer_id: { type: 'INT64', description");
    line('breaks | sale_id | type | 1 |', "sale_id: { type: 'STRING', required: true");
    line('breaks | quantity | type | 1 |', "quantity: { type: 'NUMERIC'");
    line('breaks | currency | matches | 1 |', 'change the rule, or its severity');
    line('breaks | purchase_date | type | 1 |', "purchase_date: { type: 'STRING'");
    line('breaks | sale_id | key | 1 |', 'the key needs another column');
    line('breaks | record | readable | 1 |', 'cannot be read');
    line('breaks | sale_id | required | 1 |', 'part of the key: the source has to fill it');
    line('gate | file | rejects | 7 |', '5 of 7 records rejected');
    expect(lines.at(-1)).toBe('7 records: 2 rows, 5 rejects');
  });

  test('with a field that is new, and values outside a rule that only warns, breaks nothing', async () => {
    await writeFile(join(home, 'second.ndjson'), `${JSON.stringify({ product_id: 1, product_name: 'x', weight: 1.25, made: '2024-02-29' })}\n`);
    const { code, out } = await runHere(['new-stream', 'crm_csv/products', '--check', 'second.ndjson'], home);
    expect(code).toBe(0);
    expect(out).toMatch(/^new +weight +drift +1 +have it, and the stream does not: it travels in _extra; for a column, add weight: \{ type: 'NUMERIC'/m);
    expect(out).toMatch(/^new +made +drift .*add made: \{ type: 'DATE'/m);
  });
});
