import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CsvOptions, csvReader } from '../../shared/csv/csv-reader.ts';
import { UnreadableRecord } from '../../shared/json/elements.ts';
import { conformanceFile, conformanceTest } from '../support/conformance.ts';

interface Read {
  readonly records: readonly unknown[];
  readonly lines: readonly number[];
}

/** Reads bytes in chunks of a size. */
function read(bytes: Buffer | string, { fields = [], size = 1 << 20, ...options }: CsvOptions & { fields?: readonly string[]; size?: number } = {}): Read {
  const records: unknown[] = [];
  const lines: number[] = [];
  const reader = csvReader(
    (batch, numbers) => {
      records.push(...batch);
      lines.push(...(numbers ?? []));
    },
    fields,
    options,
  );
  const buffer = Buffer.from(bytes);
  for (let at = 0; at < buffer.length; at += size) reader.push(buffer.subarray(at, at + size));
  reader.end();
  return { records, lines };
}

const SIZES = [1, 2, 3, 7, 1 << 20];
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

describe('a file', () => {
  test.each([
    ['with LF', 'a,b\n1,2\n3,4\n'],
    ['with CRLF', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['with CR', 'a,b\r1,2\r3,4\r'],
    ['without a last line end', 'a,b\n1,2\n3,4'],
    ['with blank lines', '\n\na,b\n\n1,2\n\n\n3,4\n\n'],
    ['with a byte order mark', '\ufeffa,b\n1,2\n3,4\n'],
    ['with semicolons', 'a;b\n1;2\n3;4\n'],
    ['with tabs', 'a\tb\n1\t2\n3\t4\n'],
    ['with bars', 'a|b\n1|2\n3|4\n'],
    ['with white space in the header', ' a , b \n1,2\n3,4\n'],
    ['with quotes around everything', '"a","b"\n"1","2"\n"3","4"\n'],
    ['with empty cells behind the last column', 'a,b\n1,2,,\n3,4\n'],
    ['in UTF-16', utf16('a,b\r\n1,2\r\n3,4\r\n')],
    ['in UTF-16, the other way round', utf16('a,b\n1,2\n3,4\n').swap16()],
  ])('%s has the same records', (_what, bytes) => {
    for (const size of SIZES) {
      expect(read(bytes, { size }).records).toEqual([
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ]);
    }
  });

  test.each([
    ['nothing', ''],
    ['a header', 'a,b\n'],
    ['line ends', '\n\r\n\n'],
  ])('of %s has no records', (_what, text) => {
    expect(read(text).records).toEqual([]);
  });

  test('keeps what is in quotes: delimiters, quotes, line ends, white space', () => {
    const { records, lines } = read('id,text\n1,"a,""b""\nc\r\nd"\n2, x \n3,"y"\n');
    expect(records).toEqual([
      { id: '1', text: 'a,"b"\nc\r\nd' },
      { id: '2', text: ' x ' },
      { id: '3', text: 'y' },
    ]);
    expect(lines).toEqual([2, 5, 6]);
    for (const size of SIZES) expect(read('id,text\r\n1,"a\r\n\r\nb"\r\n\r\n2,x\r3,y\n4,z', { size }).lines).toEqual([2, 6, 7, 8]);
  });

  test('keeps quotes in the middle of a cell', () => {
    expect(read('id,text\n1,5" pipe\n2,"bad"end\n3,"5"" pipe"\n').records).toEqual([
      { id: '1', text: '5" pipe' },
      { id: '2', text: '"bad"end' },
      { id: '3', text: '5" pipe' },
    ]);
  });

  test('whose last quoted cell is not closed is malformed', () => {
    expect(() => read('id,text\n1,"a\n2,b\n')).toThrow('malformed CSV: a quoted cell is not closed');
  });

  test('with a cell of more than 16 MiB is malformed, and does not fill the memory', () => {
    expect(() => read(`id,text\n1,"${'x'.repeat(17 * 1024 * 1024)}"\n`)).toThrow('longer than 16 MiB');
  });

  test('without a line end in 16 MiB is refused', () => {
    expect(() => read('x'.repeat(17 * 1024 * 1024), { size: 1 << 20 })).toThrow('no line ends');
  });

  test.each(['é€😀', 'naïve'])('may be cut anywhere in %s', (text) => {
    for (const size of SIZES) expect(read(`a\n${text}\n`, { size }).records).toEqual([{ a: text }]);
  });
});

describe('a header', () => {
  test('finds the fields of the contract in any order and case', () => {
    expect(read('EMAIL, Contact_Id\nx@y.z,1\n', { fields: ['contact_id', 'email'] }).records).toEqual([{ email: 'x@y.z', contact_id: '1' }]);
  });

  test('must not name a field twice', () => {
    expect(() => read('id,amount,Amount\n1,2,3\n', { fields: ['id', 'amount'] })).toThrow('the header names "amount" twice');
  });

  test('may name other columns twice, or not at all', () => {
    expect(read('id,x,x,,x_2\n1,2,3,4,5\n', { fields: ['id'] }).records).toEqual([{ id: '1', x: '2', x_2: '3', column_4: '4', x_2_2: '5' }]);
  });

  test('of odd names makes members', () => {
    const [record] = read('__proto__,constructor,"a""b"\n1,2,3\n').records;
    expect(Object.entries(record as object)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['a"b', '3'],
    ]);
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
  });
});

describe('a record', () => {
  test('with too few or too many cells is unreadable, with its line', () => {
    for (const size of SIZES) expect(read('a,b\n1,2\n3\n\n4,"x\ny",6\n7,8\n', { size }).lines).toEqual([2, 3, 5, 7]);
    const { records, lines } = read('a,b\n1,2\n3\n\n4,"x\ny",6\n7,8\n');
    expect(records).toEqual([
      { a: '1', b: '2' },
      new UnreadableRecord('columns', '2 cells (it has 1)', '["3"]'),
      new UnreadableRecord('columns', '2 cells (it has 3)', '["4","x\\ny","6"]'),
      { a: '7', b: '8' },
    ]);
    expect(lines).toEqual([2, 3, 5, 7]);
  });

  test('of bytes that are no UTF-8 is unreadable; its neighbours are not', () => {
    const { records } = read(Buffer.concat([Buffer.from('a\nfine\n'), Buffer.from([0xe9, 0x0a]), Buffer.from('good\n')]));
    expect(records).toEqual([{ a: 'fine' }, expect.any(UnreadableRecord), { a: 'good' }]);
  });

  test('may hold the replacement character itself', () => {
    expect(read('a\n\ufffd\n').records).toEqual([{ a: '\ufffd' }]);
  });
});

test('reads back what is written, however it is cut', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll('\0', ''));
  const table = fc
    .integer({ min: 1, max: 5 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }));
  fc.assert(
    fc.property(table, fc.constantFrom(',', ';', '\t'), fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 40 }), (rows, delimiter, end, size) => {
      const width = rows[0]?.length ?? 0;
      const names = Array.from({ length: width }, (_, index) => `c${index}`);
      const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(delimiter));
      const { records } = read([names.join(delimiter), ...quoted].join(end), { size, delimiter: delimiter as ',' });
      expect(records).toEqual(rows.map((row) => Object.fromEntries(row.map((text, index) => [`c${index}`, text]))));
    }),
    { numRuns: 500, seed: 20_261_120 },
  );
});

/** The file as stored has LF inside the quotes where the expectation has CRLF. */
const KNOWN_WRONG = 'newlines_crlf';

conformanceTest('csv-spectrum: every file reads as expected, but for the one whose expectation is wrong', async () => {
  const names = [
    'comma_in_quotes',
    'empty',
    'empty_crlf',
    'escaped_quotes',
    'json',
    'location_coordinates',
    'newlines',
    'quotes_and_newlines',
    'simple',
    'simple_crlf',
    'utf8',
  ];
  for (const name of [...names, KNOWN_WRONG]) {
    const wanted = JSON.parse((await conformanceFile(`testdata/csv_spectrum/json/${name}.json`)).toString('utf8'));
    const { records } = read(await conformanceFile(`testdata/csv_spectrum/csvs/${name}.csv`));
    const expected = [wanted].flat();
    if (name === KNOWN_WRONG) expect([name, JSON.stringify(records)]).toEqual([name, JSON.stringify(expected).replaceAll('\\r\\n', '\\n')]);
    else expect([name, records]).toEqual([name, expected]);
  }
});
