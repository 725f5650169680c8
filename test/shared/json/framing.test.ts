import { describe, expect, test } from '@jest/globals';
import { PermanentError } from '../../../shared/errors.ts';
import { recordReader } from '../../../shared/json/record-reader.ts';
import type { JsonFormat } from '../../../shared/json/record-reader.ts';

function read(format: JsonFormat, pointer: string, text: string, size: number): unknown[] | string {
  const records: unknown[] = [];
  try {
    const reader = recordReader(format, pointer, (batch) => records.push(...batch));
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) reader.push(Buffer.from(bytes.subarray(at, at + size)));
    reader.end();
    return records;
  } catch (error) {
    if (error instanceof PermanentError) return error.message;
    throw error;
  }
}

const SIZES = [1, 2, 3, 7, 1 << 20];

describe('an array under a JSON pointer', () => {
  const found: [string, string, string, unknown[]][] = [
    ['one level deep', '/data', '{"data":[{"a":1},{"a":2}]}', [{ a: 1 }, { a: 2 }]],
    ['behind other members', '/data', '{"meta":{"x":[1,{"data":[9]}],"s":"},{"},"n":null,"data":[{"a":1}],"more":[[]]}', [{ a: 1 }]],
    ['two levels deep', '/result/items', ' {"items":[9], "result" : {"total":2,"items":[{"a":1}],"next":"]}"} , "z":1 }\n', [{ a: 1 }]],
    ['under a name with escapes', '/a~1b~0c/é"', '{"a/b~c":{"\\u00e9\\"":[{"a":1}]}}', [{ a: 1 }]],
    ['under the empty name', '/', '{"":[{"a":1}]}', [{ a: 1 }]],
    [
      'beside every kind of value',
      '/data',
      '{"a":[-0.5e+10,true,{"x":null,"y":[]},{}],"s":"\\u00e9\\n\\"}],é","n":0,"data":[{"a":1}],"t":{"f":false,"e":1E2},"z":"]"}',
      [{ a: 1 }],
    ],
    ['with nothing in it', '/data', '{"data":[]}', []],
    ['behind a byte order mark', '/data', '\ufeff{"data":[{"a":1}]}', [{ a: 1 }]],
  ];
  test.each(found)('is found %s, in every chunking', (_what, pointer, text, records) => {
    for (const size of SIZES) expect(read('json', pointer, text, size)).toEqual(records);
  });

  test.each([
    ['the member is not there', '{"other":[1]}', 'there is no array at /data'],
    ['the member is an object', '{"data":{"a":1}}', 'there is no array at /data'],
    ['the member is null', '{"data":null}', 'there is no array at /data'],
    ['the root is an array', '[{"a":1}]', 'there is no array at /data'],
    ['the document ends in the array', '{"data":[{"a":1}', 'malformed JSON at byte 9'],
    ['the document ends behind the array', '{"data":[{"a":1}]', 'malformed JSON at byte 17'],
    ['something follows the document', '{"data":[]} x', 'malformed JSON at byte 12'],
    ['a bracket is closed that nobody opened', '{"data":[]]}', 'malformed JSON at byte 10'],
    ['a brace closes the array', '{"data":[{"a":1},}', 'malformed JSON at byte 17'],
    ['a colon is missing', '{"data" [1]}', 'malformed JSON at byte 8'],
    ['a comma is too many at the end', '{"data":[{"a":1}],"paging":{"next":"x"},}', 'malformed JSON at byte 40'],
    ['a comma is too many behind it', '{"data":[{"a":1}],,"x":1}', 'malformed JSON at byte 18'],
    ['a comma is too many before it', '{"x":1,,"data":[{"a":1}]}', 'malformed JSON at byte 7'],
    ['a comma is missing behind it', '{"data":[{"a":1}] "x":1}', 'malformed JSON at byte 18'],
    ['there is more than a value beside it', '{"data":[],"paging":{"next":"x",, cursors <b>Warning</b>}}', 'malformed JSON at byte 32'],
    ['there is HTML in front of it', '{"x":<html>,"data":[{"a":1}]}', 'malformed JSON at byte 5'],
    ['brackets beside it do not match', '{"a":[1},"data":[{"a":1}]}', 'malformed JSON at byte 7'],
    ['a value beside it has no name', '{"data":[{"a":1}],[1]}', 'malformed JSON at byte 18'],
    ['a name beside it has no value', '{"data":[{"a":1}],"x"}', 'malformed JSON at byte 21'],
    ['a word beside it is none', '{"x":nul,"data":[{"a":1}]}', 'malformed JSON at byte 5'],
    ['a number beside it is none', '{"data":[{"a":1}],"x":01}', 'malformed JSON at byte 22'],
    ['two values beside it have no comma', '{"data":[{"a":1}],"x":[1 2]}', 'malformed JSON at byte 25'],
    ['a text beside it has an escape that there is not', '{"data":[{"a":1}],"x":"\\u00g0"}', 'malformed JSON at byte 27'],
    ['a text beside it goes over a line', '{"data":[{"a":1}],"x":"a\nb"}', 'malformed JSON at byte 24'],
    ['a name on the way has an escape that there is not', '{"\\x":1,"data":[{"a":1}]}', 'malformed JSON at byte 3'],
    ['an element is no JSON', '{"data":[{"a":1},{b}]}', 'malformed JSON at byte 17'],
  ])('is refused where %s', (_what, text, message) => {
    for (const size of SIZES) expect(read('json', '/data', text, size)).toBe(message);
  });
});

describe('JSON text sequences', () => {
  test('give the records of every page, in every chunking', () => {
    const text = '\u001e[{"a":1},{"a":2}]\n\u001e[]\n\u001e \n\u001e[{"a":3}]\n';
    for (const size of SIZES) expect(read('json-seq', '', text, size)).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
  });

  test('give the records under a pointer of every page', () => {
    const text = '\u001e{"page":1,"data":[{"a":1}]}\n\u001e{"data":[{"a":2}],"page":2}\n';
    for (const size of SIZES) expect(read('json-seq', '/data', text, size)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('pass over a byte order mark in front of every page', () => {
    for (const size of SIZES) {
      expect(read('json-seq', '', '\u001e\ufeff[{"a":1}]\n\u001e\ufeff[{"a":2}]\n', size)).toEqual([{ a: 1 }, { a: 2 }]);
      expect(read('json-seq', '/data', '\u001e\ufeff{"data":[{"a":1}]}\n\u001e\ufeff{"data":[{"a":2}]}\n', size)).toEqual([{ a: 1 }, { a: 2 }]);
    }
  });

  test.each([
    ['a page that is cut off', '\u001e[{"a":1}]\n\u001e[{"a":2},{"a"', 'malformed JSON at byte 21'],
    ['a page cut off in the middle', '\u001e[{"a":1}\n\u001e[{"a":2}]\n', 'malformed JSON at byte 2'],
    ['text before the first separator', '[1]\u001e[2]', 'malformed JSON at byte 0'],
    ['no page at all', '', 'malformed JSON at byte 0'],
    ['a page that turned into an error', '\u001e[{"a":1}]\n\u001e{"error":"x"}\n', 'the root is not an array'],
  ])('with %s are refused as a whole', (_what, text, message) => {
    for (const size of SIZES) expect(read('json-seq', '', text, size)).toBe(message);
  });
});
