import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PermanentError } from '../../../shared/errors.ts';
import { arrayReader } from '../../../shared/json/array-reader.ts';
import { type OnRecords, type RecordReader, UnreadableRecord } from '../../../shared/json/elements.ts';
import { lineReader } from '../../../shared/json/line-reader.ts';

type Open = (onRecords: OnRecords) => RecordReader;

/** Reads a text in chunks of the given sizes, the last one repeated. */
function read(open: Open, text: string | Buffer, sizes: readonly number[] = [1 << 20]): unknown[] {
  const records: unknown[] = [];
  const reader = open((batch) => records.push(...batch));
  const bytes = Buffer.from(text);
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[Math.min(i, sizes.length - 1)] as number;
    reader.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  reader.end();
  return records;
}

function failure(open: Open, text: string | Buffer, sizes?: readonly number[]): string {
  try {
    read(open, text, sizes);
  } catch (error) {
    if (error instanceof PermanentError) return error.message;
    throw error;
  }
  return 'no failure';
}

/** What a record says once every number is written as its source wrote it. */
const written = (records: unknown): string => JSON.stringify(records);

describe('a JSON array', () => {
  test.each([
    ['compact objects', '[{"a":1},{"a":2},{"a":3}]'],
    ['pretty-printed objects', JSON.stringify([{ a: { b: [1, { c: 2 }] } }, { a: 2 }, { a: 3 }], null, 2)],
    ['braces and commas inside strings', '[{"a":"},{"},{"a":"\\"},{\\\\"},{"a":"]"}]'],
    ['arrays of objects inside objects', '[{"a":[{"b":1},{"b":2}]},{"a":[{"b":3},{"b":4}]}]'],
    ['values that are no objects', '[1,"two",null,true,[3],{"a":4}]'],
    ['nothing', '[]'],
    ['white space everywhere', ' \n[ \t{ "a" : 1 }\r\n , 2 ] \n'],
    ['a byte order mark', '\ufeff[{"a":1}]'],
  ])('of %s gives the same records in every chunking', (_what, text) => {
    const expected = JSON.parse(text.replace('\ufeff', ''));
    for (const size of [1, 2, 3, 5, 7, 16, 1 << 20]) expect(read(arrayReader, text, [size])).toEqual(expected);
  });

  test('longer than many windows gives every record once, in order', () => {
    const records = Array.from({ length: 20_000 }, (_, i) => ({ i, text: `},{ é ${'x'.repeat(i % 50)}`, list: [{ i }, { i }] }));
    expect(read(arrayReader, JSON.stringify(records), [65_536])).toEqual(records);
    expect(read(arrayReader, JSON.stringify(records, null, 1), [100_003])).toEqual(records);
  });

  test('reads any document like JSON.parse, cut at random bytes (seed 20261120)', () => {
    const chunks = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, 2), chunks, (value, indent, sizes) => {
        const text = JSON.stringify(value, null, indent);
        expect(written(read(arrayReader, text, sizes))).toBe(written(JSON.parse(text)));
      }),
      { seed: 20_261_120, numRuns: 3_000 },
    );
  });

  test.each([
    ['ends in an element', '[{"a":1},{"a":', 'malformed JSON at byte 9'],
    ['ends behind a comma', '[{"a":1},', 'malformed JSON at byte 9'],
    ['has a bare word', '[{"a":1},{"a":nope}]', 'malformed JSON at byte 9'],
    ['has two values without a comma', '[{"a":1} {"a":2}]', 'malformed JSON at byte 1'],
    ['has a comma too many', '[{"a":1},]', 'malformed JSON at byte 9'],
    ['goes on behind its end', '[{"a":1}] x', 'malformed JSON at byte 10'],
    ['closes what was not opened', '[}', 'malformed JSON at byte 1'],
    ['is empty', '', 'malformed JSON at byte 0'],
    ['is no JSON at all', '<html>', 'malformed JSON at byte 0'],
    ['has half a byte order mark', Buffer.from([0xef, 0xbb, 0x7b, 0x7d]), 'malformed JSON at byte 0'],
    ['is an object', '{"error":"x"}', 'the root is not an array'],
    ['is a number', ' -0 ', 'the root is not an array'],
    ['is lines of objects', '{"a":1}\n{"a":2}\n', 'malformed JSON at byte 0: lines of JSON belong into a file called .ndjson'],
    ['is an object that is not whole', '{"a":1,\n"b":', 'malformed JSON at byte 0'],
  ])('that %s is refused as a whole', (_what, text, message) => {
    for (const size of [1, 3, 1 << 20]) expect(failure(arrayReader, text, [size])).toBe(message);
  });

  test('keeps the text of numbers that a double would change', () => {
    const text = '[{"a":9007199254740993,"b":12.0,"c":1e5,"d":-0,"e":0.0000001,"f":1.5,"g":123456789012345678901234567890,"h":[1.10],"i":1E400}]';
    expect(written(read(arrayReader, text))).toBe(text);
  });

  test('a record that is not UTF-8 is unreadable, its neighbours are not', () => {
    const text = Buffer.concat([Buffer.from('[{"a":1},{"a":"'), Buffer.from([0xff]), Buffer.from('"},{"a":3}]')]);
    const [first, second, third] = read(arrayReader, text);
    expect([first, third]).toEqual([{ a: 1 }, { a: 3 }]);
    expect(second).toBeInstanceOf(UnreadableRecord);
    expect(second).toMatchObject({ rule: 'unicode' });
  });

  test('a record over 16 MiB is unreadable, its neighbours are not', () => {
    const long = `{"a":"${'x'.repeat(17 * 1024 * 1024)}"}`;
    const records = read(arrayReader, `[{"a":1},${long},{"a":3}]`, [1 << 20]);
    expect(records[0]).toEqual({ a: 1 });
    expect(records[1]).toMatchObject({ rule: 'size' });
    expect(records[2]).toEqual({ a: 3 });
    expect(records).toHaveLength(3);
  });
});

describe('JSON lines', () => {
  test.each([
    ['with a last line break', '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['without a last line break', '{"a":1}\n{"a":2}', [{ a: 1 }, { a: 2 }]],
    ['with CRLF and blank lines', '{"a":1}\r\n\r\n  \n{"a":2}\r\n', [{ a: 1 }, { a: 2 }]],
    ['with a byte order mark', '\ufeff{"a":1}\n', [{ a: 1 }]],
    ['that are none', '', []],
  ])('%s give a record each in every chunking', (_what, text, expected) => {
    for (const size of [1, 2, 5, 1 << 20]) expect(read(lineReader, text, [size])).toEqual(expected);
  });

  test.each([
    ['two values on a line', '{"a":1},{"a":2}'],
    ['half a value', '{"a":1'],
    ['a value that begins on the line before', '{"a":[{}'],
  ])('a line with %s is one unreadable record', (_what, line) => {
    // Three values on one line make up for the border that a value over two lines has swallowed.
    for (const several of ['{"x":1},{"y":2}', '{"x":1},{"y":2},{"z":3}']) {
      const records = read(lineReader, `{"a":0}\n${line}\n{"b":1}]}\n${several}\n{"a":9}\n`);
      expect(records).toHaveLength(5);
      expect(records[0]).toEqual({ a: 0 });
      expect(records[1]).toMatchObject({ rule: 'json' });
      expect(records[3]).toMatchObject({ rule: 'json' });
      expect(records[4]).toEqual({ a: 9 });
    }
  });

  test('read any documents like JSON.parse, cut at random bytes (seed 20261120)', () => {
    const chunks = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 20 }), chunks, (values, sizes) => {
        const lines = values.map((value) => JSON.stringify(value));
        expect(written(read(lineReader, lines.join('\n'), sizes))).toBe(written(lines.map((line) => JSON.parse(line))));
      }),
      { seed: 20_261_120, numRuns: 2_000 },
    );
  });

  test('longer than many windows give every record once, in order', () => {
    const records = Array.from({ length: 20_000 }, (_, i) => ({ i, text: 'é'.repeat(i % 60) }));
    const text = records.map((record) => JSON.stringify(record)).join('\n');
    expect(read(lineReader, text, [65_536])).toEqual(records);
  });

  test('a line over 16 MiB is unreadable, its neighbours are not', () => {
    const records = read(lineReader, `{"a":1}\n{"a":"${'x'.repeat(17 * 1024 * 1024)}"}\n{"a":3}\n`, [1 << 20]);
    expect(records[1]).toMatchObject({ rule: 'size' });
    expect([records[0], records[2]]).toEqual([{ a: 1 }, { a: 3 }]);
  });
});
