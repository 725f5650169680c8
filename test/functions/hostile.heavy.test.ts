import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MAX_RECORD_BYTES, MAX_RECORD_VALUES } from '../../shared/json/elements.ts';
import { builtInObjectName, cleanObjectName, parseRawName } from '../../shared/names.ts';
import { defineSource } from '../../shared/source.ts';
import { defineStream, replace } from '../../shared/stream.ts';
import { type Exact, readExactly } from '../shared/json/exact-reading.ts';
import { type Chain, openChain } from '../support/chain.ts';

const source = defineSource({ name: 'enemy', title: 'Enemy', settings: {}, auth: { type: 'none' } });
const columns = {
  id: { type: 'STRING' },
  text: { type: 'STRING' },
  whole: { type: 'INT64' },
  money: { type: 'NUMERIC' },
  float: { type: 'FLOAT64' },
  day: { type: 'DATE' },
  moment: { type: 'TIMESTAMP' },
  tree: { type: 'JSON' },
} as const;
const shared = { source, columns, write: replace('object'), expect: { rejects: 1 } };
const records = defineStream({ ...shared, name: 'records', description: 'Undeclared fields in _extra', table: { dataset: 'enemy', name: 'records' } });
const spread = defineStream({
  ...shared,
  name: 'spread',
  description: 'Undeclared fields as columns',
  unknown: 'columns',
  table: { dataset: 'enemy', name: 'spread' },
});

const DEPTH = 100_000;
const NULS = 'a\u0000b';

let chain: Chain;
beforeAll(async () => {
  chain = await openChain({ streams: [records, spread] });
});
afterAll(async () => {
  await chain.close();
});

interface Options {
  readonly stream?: 'records' | 'spread';
  readonly extension?: 'json' | 'ndjson';
}

let files = 0;
/** What transform makes of a raw object, through the function's door. */
async function run(body: string | Uint8Array, { stream = 'records', extension = 'json' }: Options = {}) {
  files += 1;
  const before = (await chain.notices.list()).length;
  const object = await chain.put(`enemy/${stream}/2026-01-01/file-${files}.${extension}`, body);
  const { status, body: answer } = await chain.finalize(chain.raw, object);
  expect({ status, answer: status === 200 ? undefined : answer }).toEqual({ status: 200, answer: undefined });
  const raw = parseRawName(object.name)!;
  const rejects = await textOf(builtInObjectName('rejects', raw, object, []));
  return {
    report: answer.runs[0]!,
    clean: await textOf(cleanObjectName(raw, object, [])),
    rejects: rejects === undefined ? [] : rejects.map((line) => JSON.parse(line)),
    record: (await chain.lines(builtInObjectName('runs', raw, object, [])))[0]!,
    notices: (await chain.notices.list()).slice(before),
  };
}

/** The lines of a clean object as they are written; undefined where there is none. */
async function textOf(name: string): Promise<readonly string[] | undefined> {
  const info = await chain.clean.stat(name);
  const bytes = info === undefined ? undefined : await chain.clean.read(name, info.generation);
  if (bytes === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? [] : text.trimEnd().split('\n');
}

/** Records between two good ones, as an array and as lines. */
function between(...bad: readonly (string | Buffer)[]): readonly [Options, Buffer][] {
  const parts = ['{"id":"first"}', ...bad, '{"id":"last"}'].map((part) => Buffer.from(part));
  const join = (separator: string) => Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [Buffer.from(separator), part])));
  return [
    [{ extension: 'json' }, Buffer.concat([Buffer.from('['), join(','), Buffer.from(']')])],
    [{ extension: 'ndjson' }, join('\n')],
  ];
}

/** Expects that the records between are rejected for this reason, and only they. */
async function expectRejected(reason: string, bad: readonly (string | Buffer)[], stream: 'records' | 'spread' = 'records'): Promise<void> {
  for (const [options, body] of between(...bad)) {
    const { clean, rejects } = await run(body, { ...options, stream });
    expect(clean?.map((line) => JSON.parse(line).id)).toEqual(['first', 'last']);
    expect(rejects.map(({ _row, reasons }) => [_row, reasons])).toEqual(bad.map((_record, i) => [i + 2, [reason]]));
  }
}

/** The members of the only row, by an independent reading of its bytes. */
function membersOf(clean: readonly string[] | undefined): ReadonlyMap<string, Exact> {
  const row = readExactly(clean?.[0] ?? '');
  if (!(row instanceof Map)) throw new Error('there is no row');
  return row;
}

function nested(depth: number, inner: string): string {
  return '['.repeat(depth) + inner + ']'.repeat(depth);
}

describe('bytes', () => {
  test.each([
    ['an array', 'json', '\ufeff[{"id":"1"}]'],
    ['an array in white space', 'json', '\ufeff \n[{"id":"1"}]\n'],
    ['lines', 'ndjson', '\ufeff{"id":"1"}\n'],
    ['one line without an end', 'ndjson', '\ufeff{"id":"1"}'],
  ] as const)('a byte order mark in front of %s is passed over, packed too', async (_what, extension, text) => {
    for (const body of [Buffer.from(text), gzipSync(text)]) expect(membersOf((await run(body, { extension })).clean).get('id')).toBe('1');
  });

  test.each([
    ['two byte order marks', '\ufeff\ufeff[]', 'malformed JSON at byte 3'],
    ['a byte order mark inside', '[\ufeff{}]', 'malformed JSON at byte 1'],
    ['UTF-16 with its mark', Buffer.from('\ufeff[{}]', 'utf16le'), 'malformed JSON at byte 0'],
    ['UTF-16 without a mark', Buffer.from('[{}]', 'utf16le'), 'malformed JSON at byte 1'],
    ['nothing but NUL', Buffer.alloc(100), 'malformed JSON at byte 0'],
    ['gzip inside gzip', gzipSync(gzipSync('[]')), 'malformed JSON at byte 0'],
  ])('%s is malformed', async (_what, body, message) => {
    const { report, clean, notices } = await run(body);
    expect(report.message).toBe(message);
    expect(clean).toBeUndefined();
    expect(notices).toHaveLength(1);
  });

  test.each([
    ['a byte that UTF-8 never has', [0xff]],
    ['a character that ends too early', [0xe6, 0x9d]],
    ['an overlong quote', [0xc0, 0xa2]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a character beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ])('a record with %s in a value or a name is rejected, its neighbours are not', async (_what, bytes) => {
    const value = Buffer.concat([Buffer.from('{"id":"'), Buffer.from(bytes), Buffer.from('"}')]);
    const name = Buffer.concat([Buffer.from('{"a'), Buffer.from(bytes), Buffer.from('":1}')]);
    await expectRejected('record: unicode: valid UTF-8', [value, name]);
  });
});

describe('gzip', () => {
  const text = `[${Array.from({ length: 2_000 }, (_, i) => `{"id":"${i * 7919}"}`).join(',')}]`;
  const packed = gzipSync(text);

  test.each([3, 10, 11, 100, packed.length - 8, packed.length - 1])('cut after %i bytes is refused as a whole, with one notice', async (length) => {
    const { report, clean, record, notices } = await run(packed.subarray(0, length));
    expect(report.message).toBe('the object begins like gzip but cannot be unpacked to its end');
    expect(clean).toBeUndefined();
    expect(record).toMatchObject({ outcome: 'failed', rule: 'gzip' });
    expect(notices).toHaveLength(1);
  });

  test.each([
    ['a wrong checksum', Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8)])],
    ['something else behind it', Buffer.concat([packed, Buffer.from('[{"id":"lost"}]')])],
  ])('with %s is refused as a whole', async (_what, body) => {
    expect((await run(body)).record).toMatchObject({ outcome: 'failed', rule: 'gzip' });
  });

  test('of several members is one text', async () => {
    const half = text.length / 2;
    const { report } = await run(Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]));
    expect(report).toMatchObject({ outcome: 'success', rows: 2_000 });
  });

  test.each([
    ['white space', ' '],
    ['records', `{"text":"${' '.repeat(10_000)}"},`],
  ])(
    'that expands without measure is refused, when it is of %s',
    async (_what, unit) => {
      const bomb = gzipSync(`[${unit.repeat(70_000_000 / unit.length)}{}]`);
      expect(bomb.length).toBeLessThan(70_000_000 / 250);
      const { report, clean, record } = await run(bomb);
      expect(report.message).toBe('the object unpacks to more than 250 times its size');
      expect(clean).toBeUndefined();
      expect(record).toMatchObject({ outcome: 'failed', rule: 'expansion' });
    },
    30_000,
  );
});

describe('nesting', () => {
  const TOO_DEEP = 'record: depth: values nested at most 500 levels deep';

  test.each([
    ['a column', 'tree', '1'],
    ['a column, with a number that is kept as its text', 'tree', '-0'],
    ['a field that is not declared', 'other', '1'],
    ['a field that is not declared, with a number that is kept as its text', 'other', '1.0'],
  ])('of 100,000 levels in %s rejects the record', async (_what, field, inner) => {
    for (const stream of ['records', 'spread'] as const) await expectRejected(TOO_DEEP, [`{"${field}":${nested(DEPTH, inner)}}`], stream);
  });

  test('of objects counts like nesting of arrays', async () => {
    await expectRejected(TOO_DEEP, [`{"tree":${'{"a":'.repeat(DEPTH)}-0${'}'.repeat(DEPTH)}}`]);
  });

  test('of 100,000 levels is not an object where it is the record', async () => {
    await expectRejected('record: object: a JSON object (this is not an object)', [nested(DEPTH, '1')]);
  });

  test.each([
    ['tree', 'records', 500],
    ['other', 'records', 499],
    ['other', 'spread', 500],
  ] as const)('in the field %s of %s is kept up to the limit', async (field, stream, depth) => {
    for (const inner of ['1', '-0']) {
      const kept = await run(`[{"${field}":${nested(depth, inner)}}]`, { stream });
      expect(kept.clean?.[0]).toContain(nested(depth, inner));
      await expectRejected(TOO_DEEP, [`{"${field}":${nested(depth + 1, inner)}}`], stream);
    }
  });

  test('that is never closed is malformed from the element on', async () => {
    for (const open of ['[', '{"a":', '[{"a":']) {
      expect((await run(`[{"id":"1"},${open.repeat(DEPTH)}`)).report.message).toBe('malformed JSON at byte 12');
    }
    await expectRejected('record: json: one JSON value per line', ['['.repeat(DEPTH), '{"a":'.repeat(DEPTH)].slice(0, 0));
    const lines = await run(`{"id":"1"}\n${'['.repeat(DEPTH)}\n{"id":"2"}\n`, { extension: 'ndjson' });
    expect(lines.rejects.map(({ reasons }) => reasons)).toEqual([['record: json: one JSON value per line']]);
    expect(lines.clean).toHaveLength(2);
  });
});

describe('names', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'toJSON', 'rawJSON', 'length', '_extra', '_row', ''];
  const object = `{${names.map((name, i) => `${JSON.stringify(name)}:{"n":${i}.0}`).join(',')}}`;

  test.each(['records', 'spread'] as const)('that every object has are names like any other, on every level (%s)', async (stream) => {
    const { clean, record } = await run(`[{"tree":${object},"deeper":[${object}],${object.slice(1)}]`, { stream });
    const row = membersOf(clean);
    expect(row.get('tree')).toEqual(readExactly(object));
    const asTexts = new Map(names.map((name, i) => [name, `{"n":${i}.0}`]));
    const extra = stream === 'spread' ? new Map([['deeper', `[${object}]`], ...asTexts]) : readExactly(`{"deeper":[${object}],${object.slice(1)}`);
    expect(row.get('_extra')).toEqual(extra);
    expect(row.get('_row')).toEqual({ number: '1' });
    expect(Object.keys(record['drift'] as object).sort()).toEqual(['deeper', ...names].sort());
    expect(({} as Record<string, unknown>)['n']).toBeUndefined();
  });

  test('that every object has do not make a value out of what is not there', async () => {
    const { clean } = await run('[{"id":"1","__proto__":{"text":"from the prototype"},"constructor":null}]');
    expect(membersOf(clean).has('text')).toBe(false);
  });

  test('20,000 in one record all travel, and a bounded number is counted', async () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`name ${i}`, i]));
    const { clean, record } = await run(
      JSON.stringify([
        { id: '1', ...many },
        { id: '2', ...many },
      ]),
    );
    expect(JSON.parse(clean?.[1] ?? '')._extra).toEqual(many);
    const drift = record['drift'] as Record<string, number>;
    expect(Object.keys(drift)).toHaveLength(501);
    expect(drift['(others)']).toBe(2 * (20_000 - 500));
  });

  test('of 1 MB travel, and are counted by their beginning', async () => {
    const long = '😀é'.repeat(300_000);
    const { clean, record } = await run(JSON.stringify([{ [long]: 1, [`${long}2`]: 2 }]));
    expect(JSON.parse(clean?.[0] ?? '')._extra).toEqual({ [long]: 1, [`${long}2`]: 2 });
    expect(record['drift']).toEqual({ [`${long.slice(0, 300)}…`]: 2 });
  });

  test('there twice mean the last one, whether or not numbers keep their text', async () => {
    const { clean } = await run('[{"id":"1","id":"2","tree":{"a":1,"a":[1.0,{"b":-0,"b":1e5}],"c":1.0,"c":2},"x":1.0,"x":{"y":-0}}]');
    expect(clean?.[0]).toContain('"id":"2","tree":{"a":[1.0,{"b":1e5}],"c":2},"_extra":{"x":{"y":-0}}}');
  });
});

describe('text', () => {
  const lone = ['\\ud800', '\\udc00', 'a\\udbffb', '\\ude00\\ud83d'];

  test.each([
    ['a column', 'text', lone.map((half) => `{"text":"${half}"}`)],
    ['a JSON column', 'tree', lone.map((half) => `{"tree":[{"a":["${half}"]}]}`)],
    ['a name in a JSON column', 'tree', lone.map((half) => `{"tree":[{"${half}":1}]}`)],
    ['a field that is not declared', '_extra', lone.map((half) => `{"other":"${half}"}`)],
    ['a name that is not declared', '_extra', lone.map((half) => `{"${half}":1.0}`)],
    ['a field in a field that is not declared', '_extra', lone.map((half) => `{"other":{"a":["${half}"]}}`)],
    ['a name in a field that is not declared', '_extra', lone.map((half) => `{"other":[{"${half}":1}]}`)],
  ])('a lone surrogate in %s rejects the record', async (_what, field, bad) => {
    for (const stream of ['records', 'spread'] as const) await expectRejected(`${field}: unicode: valid Unicode`, bad, stream);
  });

  test('a lone surrogate never reaches the built-in streams', async () => {
    const cut = `${'x'.repeat(299)}😀`;
    const { record, rejects } = await run(`[{"\\ud800":1,"${cut}${cut}":1,"text":"\\udfff"},{"id":"${'y'.repeat(65_535)}😀","text":"\\udfff"}]`);
    // A half written by JSON.stringify, and not the text of one in a rejected record.
    expect(JSON.stringify([record, rejects]).replaceAll('\\\\', '')).not.toContain('\\ud');
    expect(Object.keys(record['drift'] as object)).toEqual(['�', `${'x'.repeat(299)}�…`].sort());
  });

  test('NUL, line separators and what looks like structure are characters like any other', async () => {
    const texts = [NULS, '\u2028\u2029', '},{', '\\', '\\u0000', '\ufffe\uffff', '\u007f\u0080', '"]}', '\ufeff', '🏴‍☠️', '\r\n'];
    for (const extension of ['json', 'ndjson'] as const) {
      const rows = texts.map((text) => JSON.stringify({ id: text, text, tree: { [text]: text }, [`${text} `]: text }));
      const { clean, rejects } = await run(extension === 'json' ? `[${rows.join(',')}]` : rows.join('\n'), { extension });
      expect(rejects).toEqual([]);
      const found = clean?.map((line) => JSON.parse(line));
      expect(found?.map(({ id, text, tree, _extra }) => [id, text, tree, _extra])).toEqual(
        texts.map((text) => [text, text, { [text]: text }, { [`${text} `]: text }]),
      );
    }
  });

  test('U+2028 as raw bytes ends no line', async () => {
    const { clean } = await run('{"text":"a\u2028b"}\n{"text":"\u2029"}\n', { extension: 'ndjson' });
    expect(clean?.map((line) => JSON.parse(line).text)).toEqual(['a\u2028b', '\u2029']);
  });
});

describe('lines', () => {
  test('two broken ones that make one value when joined stay two', async () => {
    const { clean, rejects } = await run('{"id":"1"}\n{"text":"be\ngin"}\n{"id":"2"}\n', { extension: 'ndjson' });
    expect(clean).toHaveLength(2);
    expect(rejects.map(({ _row, record }) => [_row, record])).toEqual([
      [2, '{"text":"be'],
      [3, 'gin"}'],
    ]);
  });

  test('of white space do not count, however long; one with something behind it does', async () => {
    const { report } = await run(`{"id":"1"}\n${' '.repeat(100_000)}\n\t\r\n${' '.repeat(100_000)}x\n\u00a0\n`, { extension: 'ndjson' });
    expect(report).toMatchObject({ records: 3, rows: 1, rejects: 2 });
  });
});

describe('numbers', () => {
  const digits = '1234567890'.repeat(40);
  const cases: [string, string, string | undefined][] = [
    ['text', digits, `"${digits}"`],
    ['text', `-0.${digits}e-${digits}`, `"-0.${digits}e-${digits}"`],
    ['whole', digits, undefined],
    ['whole', `"${digits}"`, undefined],
    ['whole', `"${'0'.repeat(400)}7"`, '7'],
    ['whole', `"${'0'.repeat(400)}9223372036854775807"`, '"9223372036854775807"'],
    ['whole', `"-${'0'.repeat(400)}9223372036854775808"`, '"-9223372036854775808"'],
    ['whole', `7.${'0'.repeat(400)}`, '7'],
    ['whole', `7.${'0'.repeat(400)}1`, undefined],
    ['money', digits, undefined],
    ['money', `0.${digits}`, undefined],
    ['money', `0.1${'0'.repeat(400)}`, '"0.1"'],
    ['money', `0.1${'0'.repeat(400)}1`, undefined],
    ['money', `"${'0'.repeat(400)}.5"`, '"0.5"'],
    ['float', digits, undefined],
    ['float', `0.${digits}`, '0.12345678901234568'],
    ['float', `1e${digits}`, undefined],
    ['day', digits, undefined],
    ['moment', digits, undefined],
    ['tree', `[-${digits}.${digits}E+${digits}]`, undefined],
    ['tree', `[-${digits}.${digits}E-${digits}]`, `[-${digits}.${digits}E-${digits}]`],
    ['other', `{"a":${digits}}`, undefined],
    ['other', '{"b":1E400}', undefined],
    ['other', `{"a":0.${digits},"b":1E300,"c":-0,"d":"1E400"}`, `{"other":{"a":0.${digits},"b":1E300,"c":-0,"d":"1E400"}}`],
  ];
  test.each(cases)('of 400 digits in the field %s are kept, cast exactly or rejected: %s', async (field, value, expected) => {
    const { clean, rejects } = await run(`[{"${field}":${value}}]`);
    const found = clean?.[0]?.replace(/^.*?"_row":1,"\w+":/, '').replace(/}$/, '');
    expect([found, rejects.length]).toEqual(expected === undefined ? [undefined, 1] : [expected, 0]);
  });

  /** A cast that tries again at every digit takes more than a minute. */
  test.each(['text', 'whole', 'money', 'float', 'day', 'moment'])('of 300,000 digits in the field %s do not hold up the others', async (field) => {
    const [ones, zeros] = ['1'.repeat(300_000), '0'.repeat(300_000)];
    const texts = [`${ones}x`, `${ones}.${ones}x`, `1.${zeros}1`, `0.${zeros}1x`, `${zeros}1e${ones}`, `-${ones}e`];
    const { report } = await run(JSON.stringify([{ id: '1' }, ...texts.map((text) => ({ [field]: text }))]));
    expect(report).toMatchObject({ records: 7, rows: { text: 7, float: 2 }[field] ?? 1 });
  });

  test('of 15 million digits are no whole numbers before anybody counts with them, which takes 4 s each', async () => {
    const { report } = await run(`[{"whole":${'9'.repeat(15_000_000)}},{"whole":"-${'9'.repeat(15_000_000)}"}]`);
    expect(report).toMatchObject({ records: 2, rows: 0 });
  });
});

describe('size', () => {
  const padded = (bytes: number) => `{"id":"${'x'.repeat(bytes - '{"id":""}'.length)}"}`;

  test('a record of 16 MiB is a row, one byte more is a reject, wherever chunks are cut', async () => {
    for (const shift of [1, 100_000]) {
      const first = `{"id":"${'f'.repeat(shift)}"}`;
      for (const extension of ['json', 'ndjson'] as const) {
        const all = [first, padded(MAX_RECORD_BYTES), padded(MAX_RECORD_BYTES + 1), '{"id":"last"}'];
        const { clean, rejects } = await run(extension === 'json' ? `[${all.join(',')}]` : all.join('\n'), { extension });
        expect(clean?.map((line) => JSON.parse(line).id.length)).toEqual([shift, MAX_RECORD_BYTES - '{"id":""}'.length, 4]);
        expect(rejects.map(({ _row, reasons }) => [_row, reasons])).toEqual([[3, [`record: size: at most ${MAX_RECORD_BYTES} bytes`]]]);
        expect(rejects[0].record).toBe(padded(MAX_RECORD_BYTES + 1).slice(0, 64 * 1024));
      }
    }
  }, 60_000);

  test('an array of a million elements is a value like any other', async () => {
    const list = `[${Array.from({ length: 1_000_000 }, (_, i) => (i % 3 === 0 ? '-0' : i)).join(',')}]`;
    const { clean } = await run(`[{"id":"1","tree":${list}}]`);
    expect(clean?.[0]?.endsWith(`"tree":${list}}`)).toBe(true);
  }, 30_000);

  test('a record of more values than memory has room for is a reject', async () => {
    const values = (count: number, unit: string) => `{"tree":[${Array.from({ length: count }, () => unit).join(',')}]}`;
    const bad = ['1', '-0', '[]', '{}', '""'].map((unit) => values(MAX_RECORD_VALUES, unit));
    await expectRejected(`record: size: at most ${MAX_RECORD_VALUES} values`, bad);
    const { clean } = await run(`[{"text":"${'[,{'.repeat(MAX_RECORD_VALUES)}\\""}]`);
    expect(clean).toHaveLength(1);
  }, 60_000);
});

describe('what transform lets through', () => {
  const rows = [
    `{"id":"names","__proto__":{"a":1.0},"constructor":null,"hasOwnProperty":[],"":"empty","${'long'.repeat(50_000)}":1}`,
    `{"id":"text","text":${JSON.stringify(`${NULS}\u2028},{"\\\\`)},"tree":{"a\\u0000b":"\\u0000","q":"\\"},{"}}`,
    `{"id":"digits","text":${'7'.repeat(400)},"tree":[1E300,-0,${'7'.repeat(300)},0.${'3'.repeat(400)}]}`,
    `{"id":"depth","tree":${nested(500, '-0')},"other":${nested(499, '1.0')}}`,
    `{"id":"million","tree":[${'1,'.repeat(1_000_000)}1]}`,
    `{"id":"sixteen","text":"${'é'.repeat(8_000_000)}"}`,
  ];
  const rejected = ['{"\\ud800":1}', `{"tree":${nested(DEPTH, '-0')}}`, '["\\u0000"]', '"\\udfff"', `{"id":"${'x'.repeat(17_000_000)}"}`];

  test.each(['records', 'spread'] as const)(
    'load lands, and so it does with what is told about the rest (%s)',
    async (stream) => {
      const own = await openChain({ streams: [records, spread] });
      try {
        await own.put(`enemy/${stream}/2026-01-02/hostile.json`, `[${[...rows, ...rejected].join(',')}]`);
        await own.put(`enemy/${stream}/2026-01-02/broken.json`, '[{"id":"1"},{"id":}]');
        await own.settle();
        expect(await own.notices.list()).toMatchObject([{ function: 'transform', rule: 'malformed' }]);
        expect(await own.rows(`SELECT id, octet_length(encode(text)) AS bytes FROM enemy.${stream} ORDER BY _row`)).toMatchObject([
          { id: 'names' },
          { id: 'text', bytes: 12 },
          { id: 'digits', bytes: 400 },
          { id: 'depth' },
          { id: 'million' },
          { id: 'sixteen', bytes: 16_000_000 },
        ]);
        expect(await own.rows("SELECT rows, rejects, loaded, conserved FROM ops.ledger WHERE outcome = 'loaded'")).toMatchObject([
          { rows: rows.length, rejects: rejected.length, loaded: rows.length, conserved: true },
        ]);
        expect(await own.rows('SELECT COUNT(*) AS n FROM ops.rejects')).toEqual([{ n: rejected.length }]);
      } finally {
        await own.close();
      }
    },
    60_000,
  );
});
