import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInObjectName, cleanObjectName, parseRawName } from '../../shared/names.ts';
import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import { defineSource } from '../../shared/source.ts';
import { defineStream, replace } from '../../shared/stream.ts';
import { between, matches, oneOf } from '../../shared/streams/rules.ts';
import { type Chain, openChain } from '../support/chain.ts';

const source = defineSource({ name: 'lab', title: 'Lab', settings: {}, auth: { type: 'none' } });

const casts = defineStream({
  source,
  name: 'casts',
  description: 'One column of every type',
  columns: {
    id: { type: 'STRING', required: true },
    text: { type: 'STRING' },
    kept: { type: 'STRING', empty: 'keep' },
    whole: { type: 'INT64' },
    float: { type: 'FLOAT64' },
    lenient: { type: 'FLOAT64', invalid: 'null' },
    money: { type: 'NUMERIC' },
    wide: { type: 'NUMERIC', precision: 38 },
    floating: { type: 'NUMERIC', decimals: 'round' },
    flag: { type: 'BOOL' },
    day: { type: 'DATE' },
    us_day: { type: 'DATE', formats: ['MM/DD/YYYY', 'D.M.YYYY'] },
    local: { type: 'DATETIME' },
    moment: { type: 'TIMESTAMP' },
    tree: { type: 'JSON' },
  },
  write: replace(),
  expect: { rejects: 1 },
  table: { dataset: 'lab', name: 'casts' },
});

const ruled = defineStream({
  source,
  name: 'ruled',
  description: 'Rules and gates',
  columns: {
    id: { type: 'STRING', required: true },
    kind: { type: 'STRING' },
    amount: { type: 'NUMERIC' },
    score: { type: 'INT64' },
    code: { type: 'STRING' },
  },
  key: ['id'],
  write: replace(),
  rules: [oneOf('kind', ['a', 'b']), between('score', 0, 100), matches('code', /^[A-Z]{2}$/, 'two capitals', 'warn')],
  expect: { rows: { min: 2, band: [3, 5] }, rejects: 0.5, columns: ['kind'] },
  table: { dataset: 'lab', name: 'ruled' },
});

const spread = defineStream({
  source,
  name: 'spread',
  description: 'Undeclared fields as texts',
  columns: { id: { type: 'STRING', required: true } },
  unknown: 'columns',
  write: replace(),
  table: { dataset: 'lab', name: 'spread' },
});

const paged = defineStream({
  source,
  name: 'paged',
  description: 'Records under a JSON pointer',
  records: '/data/items',
  keep: (record) => record['deleted'] !== true,
  columns: { id: { type: 'STRING', required: true } },
  write: replace(),
  table: { dataset: 'lab', name: 'paged' },
});

let chain: Chain;
beforeAll(async () => {
  chain = await openChain({ streams: [casts, ruled, spread, paged] });
});
afterAll(async () => {
  await chain.close();
});

let day = 0;
/** A raw name that no other test of this file has used. */
function freshName(stream: string, extension = 'json'): string {
  day += 1;
  return `lab/${stream}/2026-01-${String((day % 28) + 1).padStart(2, '0')}/test-${day}.${extension}`;
}

function names(object: ObjectInfo, accept: readonly string[] = []) {
  const raw = parseRawName(object.name)!;
  return {
    clean: cleanObjectName(raw, object, accept),
    rejects: builtInObjectName('rejects', raw, object, accept),
    runs: builtInObjectName('runs', raw, object, accept),
  };
}

/** Puts a raw object, runs transform on it, and reads what it left. */
async function run(stream: string, body: string | Uint8Array, options: { extension?: string; metadata?: Record<string, string> } = {}) {
  const object = await chain.put(freshName(stream, options.extension), body, options.metadata);
  const response = await chain.finalize(chain.raw, object);
  const accept = options.metadata?.['accept']?.split('+') ?? [];
  const { clean, rejects, runs } = names(object, accept);
  const read = async (name: string) => ((await chain.clean.stat(name)) === undefined ? undefined : await chain.lines(name));
  return { object, response, clean: await read(clean), rejects: (await read(rejects)) ?? [], record: (await read(runs))?.[0], cleanName: clean };
}

/** The clean object as text: what its bytes say, not what JSON.parse makes of them. */
async function cleanText(name: string): Promise<string> {
  const info = await chain.clean.stat(name);
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await chain.clean.read(name, info!.generation))!) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

describe('casting', () => {
  /** Column, the value as the source writes it, and what the clean row says; undefined where it is null. */
  const valid: [string, string, string | undefined][] = [
    ['text', '"Zoë \\u00e9 😀"', '"Zoë é 😀"'],
    ['text', '00123'.replace(/^0+/, '123').slice(0, 3), '"123"'],
    ['text', '"00123"', '"00123"'],
    ['text', '12.0', '"12.0"'],
    ['text', '1e5', '"1e5"'],
    ['text', '1E+5', '"1E+5"'],
    ['text', '-0', '"-0"'],
    ['text', '-0.0', '"-0.0"'],
    ['text', '1.10', '"1.10"'],
    ['text', '0.00000010', '"0.00000010"'],
    ['text', '0.0000001', '"0.0000001"'],
    ['text', '9007199254740993', '"9007199254740993"'],
    ['text', '1234567890.123456789', '"1234567890.123456789"'],
    ['text', '123456789012345678901234567890', '"123456789012345678901234567890"'],
    ['text', '1e400', '"1e400"'],
    ['text', 'true', '"true"'],
    ['text', '""', undefined],
    ['text', 'null', undefined],
    ['text', '" "', '" "'],
    ['text', '"\\u0000"', '"\\u0000"'],
    ['kept', '""', '""'],
    ['whole', '12', '12'],
    ['whole', '12.0', '12'],
    ['whole', '"12.0"', '12'],
    ['whole', '" -7 "', '-7'],
    ['whole', '"+7"', '7'],
    ['whole', '"007"', '7'],
    ['whole', '1e3', '1000'],
    ['whole', '-0', '0'],
    ['whole', '9007199254740991', '9007199254740991'],
    ['whole', '9007199254740993', '"9007199254740993"'],
    ['whole', '"9223372036854775807"', '"9223372036854775807"'],
    ['whole', '-9223372036854775808', '"-9223372036854775808"'],
    ['whole', '""', undefined],
    ['float', '1.5', '1.5'],
    ['float', '"1.5e3"', '1500'],
    ['float', '" -79.71342480000001 "', '-79.71342480000001'],
    ['float', '1e5', '100000'],
    ['float', '""', undefined],
    ['lenient', '"n/a"', undefined],
    ['lenient', '{}', undefined],
    ['floating', '0.30000000000000004', '"0.3"'],
    ['floating', '74.97000000000001', '"74.97"'],
    ['floating', '"0.0000000005"', '"0.000000001"'],
    ['floating', '"-0.0000000004999"', '"0"'],
    ['floating', '"-12.9999999995"', '"-13"'],
    ['floating', '1e-300', '"0"'],
    ['floating', '999999999.9999999989', '"999999999.999999999"'],
    ['floating', '12.5', '"12.5"'],
    ['money', '0.1', '"0.1"'],
    ['money', '0.29', '"0.29"'],
    ['money', '7.05', '"7.05"'],
    ['money', '-1.5', '"-1.5"'],
    ['money', '0.125', '"0.125"'],
    ['money', '999999999.99', '"999999999.99"'],
    ['money', '"12.50"', '"12.5"'],
    ['money', '"-0"', '"0"'],
    ['money', '"-0.5"', '"-0.5"'],
    ['money', '"84.41"', '"84.41"'],
    ['money', '-0.00', '"0"'],
    ['money', '999999999.999999999', '"999999999.999999999"'],
    ['money', '"1e-9"', '"0.000000001"'],
    ['money', '1.5E2', '"150"'],
    ['money', '"000012.3400"', '"12.34"'],
    ['wide', '"12345678901234567890123456789.123456789"', '"12345678901234567890123456789.123456789"'],
    ['flag', 'true', 'true'],
    ['flag', '"FALSE"', 'false'],
    ['flag', '1', 'true'],
    ['flag', '"0"', 'false'],
    ['flag', '""', undefined],
    ['day', '"2024-02-29"', '"2024-02-29"'],
    ['us_day', '"02/29/2024"', '"2024-02-29"'],
    ['us_day', '"1.3.2024"', '"2024-03-01"'],
    ['local', '"2024-03-10T02:30:00"', '"2024-03-10T02:30:00"'],
    ['local', '"2024-03-10 02:30:00.120"', '"2024-03-10T02:30:00.12"'],
    ['moment', '"2024-03-10T02:30:00Z"', '"2024-03-10T02:30:00Z"'],
    ['moment', '"2024-03-10T02:30:00.123456789+02:00"', '"2024-03-10T00:30:00.123456Z"'],
    ['moment', '"2024-01-01T00:15:00-0530"', '"2024-01-01T05:45:00Z"'],
    ['moment', '"2024-12-31 23:59:59+00:00"', '"2024-12-31T23:59:59Z"'],
    ['moment', '"0001-01-01T00:00:00-14:00"', '"0001-01-01T14:00:00Z"'],
    ['moment', '"2026-01-01T14:00:00+14:00"', '"2026-01-01T00:00:00Z"'],
    ['tree', '{"a":[1.10,-0,1e2,{"b":12345678901234567890}]}', '{"a":[1.10,-0,1e2,{"b":12345678901234567890}]}'],
    ['tree', '"text"', '"text"'],
  ];

  test('keeps every value exactly, in the bytes of the clean object', async () => {
    const body = `[${valid.map(([column, value], i) => `{"id":"${i}","${column}":${value}}`).join(',')}]`;
    const { response, cleanName, rejects } = await run('casts', body);
    expect(rejects).toEqual([]);
    expect(response.body).toMatchObject({ status: 'success', runs: [{ records: valid.length, rows: valid.length, rejects: 0 }] });
    const lines = (await cleanText(cleanName)).trimEnd().split('\n');
    const found = lines.map((line, i) => [
      valid[i]?.[0],
      valid[i]?.[1],
      line
        .slice(line.indexOf(`"id":"${i}"`) + `"id":"${i}"`.length)
        .replace(/^,"\w+":/, '')
        .replace(/}$/, '') || undefined,
    ]);
    expect(found).toEqual(valid);
  });

  test('writes every amount of two decimals as it came', async () => {
    const amounts = Array.from({ length: 5_000 }, (_, i) => String(Math.floor(99_999_999_999 * (i / 5_000) ** 8) / 100));
    const { cleanName } = await run('casts', `[${amounts.map((amount, i) => `{"id":"${i}","money":${amount}}`).join(',')}]`);
    const rows = (await cleanText(cleanName)).trimEnd().split('\n');
    expect(rows.map((row) => JSON.parse(row).money)).toEqual(amounts);
  });

  const invalid: [string, string, string][] = [
    ['id', 'null', 'id: required: a value'],
    ['id', '""', 'id: required: a value'],
    ['id', '{"a":1}', 'id: type: a text'],
    ['text', '[1]', 'text: type: a text'],
    ['text', '"\\ud800"', 'text: unicode: valid Unicode'],
    ['tree', '{"\\udc00":1}', 'tree: unicode: valid Unicode'],
    ['whole', '12.5', 'whole: type: a whole number of 64 bits'],
    ['whole', '"12a"', 'whole: type: a whole number of 64 bits'],
    ['whole', '9223372036854775808', 'whole: type: a whole number of 64 bits'],
    ['tree', '{"a":[1,{"b":1e400}]}', 'tree: number: numbers of at most 64 bits in JSON'],
    ['tree', '-1E+309', 'tree: number: numbers of at most 64 bits in JSON'],
    ['other', `{"a":${'9'.repeat(310)}}`, '_extra: number: numbers of at most 64 bits in JSON'],
    ['whole', '1e400', 'whole: type: a whole number of 64 bits'],
    ['whole', 'true', 'whole: type: a whole number of 64 bits'],
    ['float', '"n/a"', 'float: type: a number'],
    ['float', '"Infinity"', 'float: type: a number'],
    ['float', '"0x10"', 'float: type: a number'],
    ['float', '1e400', 'float: type: a number'],
    ['floating', '1234567890.5', 'floating: type: a number of at most 9 digits'],
    ['floating', '999999999.9999999999', 'floating: type: a number of at most 9 digits'],
    ['money', '1234567890', 'money: type: a number of at most 9 digits and 9 decimals'],
    ['money', '0.0000000001', 'money: type: a number of at most 9 digits and 9 decimals'],
    ['money', '"1,50"', 'money: type: a number of at most 9 digits and 9 decimals'],
    ['money', '"."', 'money: type: a number of at most 9 digits and 9 decimals'],
    ['wide', '"123456789012345678901234567890"', 'wide: type: a number of at most 29 digits and 9 decimals'],
    ['flag', '2', 'flag: type: true or false'],
    ['day', '"2023-02-29"', 'day: type: a date'],
    ['day', '"0000-00-00"', 'day: type: a date'],
    ['day', '"02/28/2023"', 'day: type: a date'],
    ['us_day', '"13/01/2024"', 'us_day: type: a date as MM/DD/YYYY or D.M.YYYY'],
    ['local', '"2024-03-10T24:00:00"', 'local: type: a datetime'],
    ['local', '"2024-03-10T02:30:00Z"', 'local: type: a datetime'],
    ['moment', '"2024-03-10T02:30:00"', 'moment: type: a time with its zone'],
    ['moment', '"0001-01-01T00:00:00+14:00"', 'moment: type: a time with its zone'],
    ['moment', '"9999-12-31T23:00:00-02:00"', 'moment: type: a time with its zone'],
    ['moment', '"2026-01-01T00:00:00+14:01"', 'moment: type: a time with its zone'],
    ['moment', '"2026-01-01T00:00:00-15"', 'moment: type: a time with its zone'],
    ['moment', '"2026-01-01T00:00:00+09:60"', 'moment: type: a time with its zone'],
    ['moment', '"2026-01-01T00:00:00+99:99"', 'moment: type: a time with its zone'],
  ];

  test('rejects what would change, one record at a time, with the reason', async () => {
    const body = `[${invalid.map(([column, value], i) => (column === 'id' ? `{"id":${value}}` : `{"id":"${i}","${column}":${value}}`)).join(',')}]`;
    const { clean, rejects } = await run('casts', body, { metadata: { accept: 'columns' } });
    expect(clean).toEqual([]);
    const found = rejects.map((reject) => [
      invalid[Number(reject['_row']) - 1]?.[0],
      invalid[Number(reject['_row']) - 1]?.[1],
      (reject['reasons'] as string[])[0],
    ]);
    expect(found).toEqual(invalid);
  });

  test('says every reason of a record and keeps the record', async () => {
    const { rejects } = await run('casts', '[{"id":"1"},{"whole":"x","float":"y","id":""}]');
    expect(rejects).toHaveLength(1);
    expect(rejects[0]).toMatchObject({
      _row: 2,
      source: 'lab',
      stream: 'casts',
      field: 'whole',
      rule: 'type',
      reasons: ['whole: type: a whole number of 64 bits', 'float: type: a number', 'id: required: a value'],
      record: '{"whole":"x","float":"y","id":""}',
    });
  });

  test('a value that may be invalid is null with a warning', async () => {
    const { record, rejects } = await run('casts', '[{"id":"1","lenient":"n/a"},{"id":"2","lenient":"1"}]');
    expect(rejects).toEqual([]);
    expect(record).toMatchObject({ warnings: { 'lenient: type': 1 }, outcome: 'success', records: 2, rows: 2 });
  });
});

describe('fields that are not declared', () => {
  test('travel in _extra with their exact values, and are named as drift', async () => {
    const { cleanName, record } = await run(
      'casts',
      '[{"id":"1","__proto__":{"x":1.0},"constructor":[9007199254740993],"toString":-0},{"id":"2","__proto__":null}]',
    );
    expect(await cleanText(cleanName)).toContain('"_extra":{"__proto__":{"x":1.0},"constructor":[9007199254740993],"toString":-0}}');
    expect(JSON.stringify(record?.['drift'])).toBe('{"__proto__":2,"constructor":1,"toString":1}');
  });

  test('travel as texts where they become columns', async () => {
    const { clean } = await run('spread', '[{"id":"1","a":"00123","b":1e5,"c":12.0,"d":true,"e":"","f":null,"g":{"h":1.0}}]');
    expect(clean?.[0]?.['_extra']).toEqual({ a: '00123', b: '1e5', c: '12.0', d: 'true', e: '', f: null, g: '{"h":1.0}' });
  });
});

describe('rows', () => {
  test('carry where they come from; the bytes are the same in every run', async () => {
    const body = '{"id":"1"}\n{"id":"2","extra":1}\n';
    const { object, clean, cleanName } = await run('casts', body, { extension: 'ndjson' });
    const origin = { _raw_object: object.name, _raw_generation: Number(object.generation), _extracted_at: `${object.name.split('/')[2]}T00:00:00Z` };
    expect(clean).toEqual([
      { ...origin, _row: 1, id: '1' },
      { ...origin, _row: 2, id: '2', _extra: { extra: 1 } },
    ]);
    const again = await openChain({ streams: [casts] });
    try {
      const copy = await again.put(object.name, body);
      await again.finalize(again.raw, copy);
      const info = await again.clean.stat(cleanObjectName(parseRawName(copy.name)!, copy, []));
      const first = await cleanText(cleanName);
      expect(info?.size).toBe(Buffer.byteLength(first));
      expect(JSON.stringify(await again.lines(info!.name))).toBe(JSON.stringify(clean?.map((row) => ({ ...row, _raw_generation: Number(copy.generation) }))));
    } finally {
      await again.close();
    }
  });

  test.each([
    ['an array', 'json', '[{"id":"1"},{"id":"2"}]'],
    ['lines', 'ndjson', '{"id":"1"}\n{"id":"2"}'],
  ])('are the same when %s is packed, whatever the name says', async (_what, extension, body) => {
    const plain = await run('casts', body, { extension });
    const packed = await run('casts', gzipSync(body), { extension: `${extension}.gz` });
    const lying = await run('casts', gzipSync(body), { extension });
    const ids = (rows: typeof plain.clean) => rows?.map((row) => row['id']);
    expect(ids(packed.clean)).toEqual(ids(plain.clean));
    expect(ids(lying.clean)).toEqual(['1', '2']);
  });
});

describe('records under a JSON pointer', () => {
  const page = (...ids: string[]) => JSON.stringify({ total: 3, data: { items: ids.map((id) => ({ id })) } });

  test.each([
    ['one document', 'json', page('1', '2', '3')],
    ['packed', 'json.gz', gzipSync(page('1', '2', '3'))],
    ['the pages of a paged answer', 'json-seq', `\u001e${page('1', '2')}\n\u001e${page('3')}\n`],
    ['packed pages', 'json-seq.gz', gzipSync(`\u001e${page('1', '2')}\n\u001e${page('3')}\n`)],
  ])('are read from %s', async (_what, extension, body) => {
    const { clean } = await run('paged', body, { extension });
    expect(clean?.map((row) => [row['_row'], row['id']])).toEqual([
      [1, '1'],
      [2, '2'],
      [3, '3'],
    ]);
  });

  test('that the stream does not want are counted as filtered, and keep their ordinal', async () => {
    const body = '{"data":{"items":[{"id":"1"},{"id":"2","deleted":true},{"id":null,"deleted":true},{"id":"4","deleted":false},5]}}';
    const { clean, record } = await run('paged', body, { metadata: { accept: 'rejects' } });
    expect(clean?.map((row) => [row['_row'], row['id']])).toEqual([
      [1, '1'],
      [4, '4'],
    ]);
    expect(record).toMatchObject({ records: 5, rows: 2, rejects: 1, filtered: 2 });
  });

  test('end as a failure where a page has none', async () => {
    const { clean, record } = await run('paged', `\u001e${page('1')}\n\u001e{"error":"no"}\n`, { extension: 'json-seq' });
    expect(clean).toBeUndefined();
    expect(record).toMatchObject({ outcome: 'failed', rule: 'records' });
  });
});

describe('rules', () => {
  test('of the class error reject a record, of the class warn count it', async () => {
    const body = JSON.stringify([
      { id: '1', kind: 'a', score: 0, code: 'XY' },
      { id: '2', kind: 'c', score: 101, code: 'XY' },
      { id: '3', kind: 'b', score: 100, code: 'xyz' },
      { id: '4' },
    ]);
    const { clean, rejects, record } = await run('ruled', body);
    expect(clean?.map((row) => row['id'])).toEqual(['1', '3', '4']);
    expect(rejects[0]).toMatchObject({ reasons: ['kind: one_of: one of a, b', 'score: between: from 0 to 100'] });
    expect(record).toMatchObject({ reject_rules: { 'kind: one_of': 1, 'score: between': 1 }, warnings: { 'code: matches': 1 } });
  });

  test.each([
    [2, { 'records: band: at least 3': 1 }],
    [3, undefined],
    [5, undefined],
    [6, { 'records: band: at most 5': 1 }],
  ])('a band warns outside its bounds only: %i records', async (count, warnings) => {
    const { record } = await run('ruled', JSON.stringify(Array.from({ length: count }, (_, i) => ({ id: `${i}`, kind: 'a' }))));
    expect(record?.['warnings']).toEqual(warnings);
  });
});

describe('gates', () => {
  test.each([
    ['min', '[{"id":"1","kind":"a"}]', { records: 1 }],
    ['min', '[]', { records: 0 }],
    ['rejects', '[{"id":"1","kind":"a"},{"id":"2","kind":"x"},{"id":"3","kind":"y"}]', { records: 3, rejects: 2 }],
    ['columns', '[{"id":"1"},{"id":"2"}]', { records: 2 }],
  ])('%s stops an object before its rows are visible, and a person may let it through', async (gate, body, counts) => {
    const before = (await chain.notices.list()).length;
    const { object, response, clean, record, rejects } = await run('ruled', body);
    expect(response.status).toBe(200);
    expect(response.body.status).toBe('failure');
    expect(clean).toBeUndefined();
    expect(record).toMatchObject({ outcome: 'refused', rule: gate, ...counts });
    expect(rejects).toHaveLength(Number(record?.['rejects']));
    const [notice, ...more] = (await chain.notices.list()).slice(before);
    expect(more).toEqual([]);
    expect(notice).toMatchObject({
      function: 'transform',
      object: object.name,
      rule: gate,
      class: 'permanent',
      state: 'final',
      rerun: `npm run pipeline -- replay ${object.name} --accept ${gate}`,
    });
    const accepted = await run('ruled', body, { metadata: { accept: gate } });
    expect(accepted.response.body.status).toBe('success');
    expect(accepted.clean).toHaveLength(Number(accepted.record?.['rows']));
    expect(accepted.record).toMatchObject({ accept: gate, outcome: 'success' });
  });

  test('exactly the share of rejects that is allowed passes', async () => {
    const { response } = await run('ruled', '[{"id":"1","kind":"a"},{"id":"2","kind":"x"}]');
    expect(response.body.status).toBe('success');
  });

  test('an accepted gate opens no other one', async () => {
    const { record } = await run('ruled', '[{"id":"1","kind":"x"}]', { metadata: { accept: 'min' } });
    expect(record).toMatchObject({ outcome: 'refused', rule: 'rejects' });
  });
});

describe('unreadable objects', () => {
  test.each([
    ['HTML', '<html>', 'malformed'],
    ['an error object', '{"error":"no"}', 'root'],
    ['half an array', '[{"id":"1"},{"id":"2"}', 'malformed'],
    ['half a gzip', gzipSync('[{"id":"1"}]'.padEnd(5_000)).subarray(0, 30), 'gzip'],
  ])('%s ends with one notice and a run record, and no clean object', async (_what, body, rule) => {
    const before = (await chain.notices.list()).length;
    const { object, response, clean, record } = await run('casts', body);
    expect(response).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect(clean).toBeUndefined();
    expect(record).toMatchObject({ outcome: 'failed', rule });
    await chain.finalize(chain.raw, object);
    expect((await chain.notices.list()).slice(before)).toMatchObject([{ rule, object: object.name, generation: object.generation }]);
  });

  test.each([
    // Without a name of the grammar there is nothing to replay: the file needs one first.
    ['lab/casts/2026-01-01/a report.xml', "drop 'a report.xml' --as <source>/<stream>"],
    ['lab/2026-01-01/x.json', 'drop x.json --as <source>/<stream>'],
    ['nobody/knows/2026-01-01/x.json', 'replay nobody/knows/2026-01-01/x.json'],
  ])('the name %s is refused with a notice that says what to do', async (name, rerun) => {
    const object = await chain.put(name, '[]');
    const response = await chain.finalize(chain.raw, object);
    expect(response).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect((await chain.notices.list()).at(-1)).toMatchObject({ object: name, class: 'permanent', rerun: `npm run pipeline -- ${rerun}` });
  });

  test.each(['gcloud/tmp/part-1', 'pending/lab/casts/2026-01-01/x.json'])('%s is ignored in silence', async (name) => {
    const before = (await chain.notices.list()).length;
    const object = await chain.put(name, 'x');
    expect(await chain.finalize(chain.raw, object)).toMatchObject({ status: 200, body: { status: 'success' } });
    expect((await chain.notices.list()).length).toBe(before);
  });

  test('a generation that was replaced is acknowledged and leaves nothing', async () => {
    const name = freshName('casts');
    const old = await chain.put(name, '[{"id":"old"}]');
    await chain.put(name, '[{"id":"new"}]');
    expect(await chain.finalize(chain.raw, old)).toMatchObject({ status: 200, body: { runs: [{ outcome: 'superseded' }] } });
    expect(await chain.clean.stat(names(old).clean)).toBeUndefined();
  });
});

test('at most 10,000 rejects are stored, and all are counted', async () => {
  const bad = Array.from({ length: 10_007 }, () => '{"id":null}').join(',');
  const { record, rejects } = await run('casts', `[${bad}]`);
  expect(record).toMatchObject({ records: 10_007, rejects: 10_007, rejects_stored: 10_000, reject_rules: { 'id: required': 10_007 } });
  expect(rejects).toHaveLength(10_000);
});

test('the text of a rejected record is cut at 64 KiB', async () => {
  const { rejects } = await run('casts', JSON.stringify([{ id: '1' }, { id: null, text: 'é'.repeat(60_000) }]), {});
  expect(Buffer.byteLength(String(rejects[0]?.['record']))).toBeLessThanOrEqual(64 * 1024 + 3);
});
