import { describe, expect, test } from '@jest/globals';
import { progressWatcher } from '../../../infra/cli/progress.ts';
import { rowsOf } from '../../../infra/cli/rows.ts';
import { literal } from '../../../infra/cli/sql.ts';
import { printable, table } from '../../../infra/cli/table.ts';
import { csv } from '../../../infra/export/csv.ts';
import { openDuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';

const result = (type: string, ...values: (string | number | boolean | null)[]) => ({
  columns: [
    { name: 'a', type },
    { name: 'b', type: 'INT64' },
  ],
  rows: values.map((value) => [value, 1]),
});

describe('csv', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1'])('puts an apostrophe in front of the text %j', (value) => {
    expect(csv(result('STRING', value))).toBe(`a,b\r\n'${value},1\r\n`);
  });

  test.each(['\r=1', '\n=1'])('does so within quotes for %j', (value) => {
    expect(csv(result('JSON', value))).toBe(`a,b\r\n"'${value}",1\r\n`);
  });

  test.each([
    ['NUMERIC', '-1.5'],
    ['NUMERIC', '100'],
    ['INT64', -1],
    ['FLOAT64', '-Infinity'],
    ['STRING', 'a=b'],
    ['STRING', '#1'],
  ])('leaves the %s %j as it is', (type, value) => expect(csv(result(type, value))).toBe(`a,b\r\n${value},1\r\n`));

  test('writes a NUMERIC with the decimals that it needs, as BigQuery does', () => {
    expect(csv(result('NUMERIC', '-1.500000000', '0.000000000', '100.000000000', '100'))).toBe('a,b\r\n-1.5,1\r\n0,1\r\n100,1\r\n100,1\r\n');
  });

  test('quotes as RFC 4180 says, and tells null from an empty text', () => {
    expect(csv(result('STRING', 'a"b', 'x,y', 'two\nlines', '', null))).toBe('a,b\r\n"a""b",1\r\n"x,y",1\r\n"two\nlines",1\r\n"",1\r\n,1\r\n');
  });

  test('does not let a header be a formula', () => {
    expect(csv({ columns: [{ name: '=cmd()', type: 'INT64' }], rows: [] })).toBe("'=cmd()\r\n");
  });
});

describe('table', () => {
  test('aligns numbers to the right, and everything by characters', () => {
    expect(
      table(
        ['n', 'text'],
        [
          [1, 'é'],
          [100, '😀😀'],
          [null, null],
        ],
      ),
    ).toBe('  n  text\n---  ----\n  1  é\n100  😀😀\n');
  });

  test('cuts long text', () => expect(table(['t'], [['abcdef']], 4)).toBe('t\n----\nabc…'));

  test('shows what could move the cursor or reorder text as escapes', () => {
    expect(printable('a\u001b[2Jb\nc\u009b\u202e\td')).toBe('a\\u001b[2Jb\\nc\\u009b\\u202e\\td');
  });
});

test('rows keep both values of a name that is there twice', () => {
  const columns = ['a', 'a', 'a_2', '__proto__'].map((name) => ({ name, type: 'INT64' }));
  expect(JSON.stringify(rowsOf({ columns, rows: [[1, 2, 3, 4]] }))).toBe('[{"a":1,"a_2":2,"a_2_2":3,"__proto__":4}]');
});

test('a literal comes back from the warehouse as it was', async () => {
  const warehouse = await openDuckDbWarehouse({ file: ':memory:', locate: async () => undefined });
  try {
    for (const text of ['', 'plain', "it's", '\\', "'; SELECT 1 --", 'é😀\n"`$']) {
      expect(literal(text)).not.toMatch(/\\|''./);
      expect((await warehouse.query(`SELECT ${literal(text)} AS text`)).rows).toEqual([[text]]);
    }
  } finally {
    await warehouse.close();
  }
});

test('a line of progress keeps its words apart, however long a name is', () => {
  const lines: string[] = [];
  const watcher = progressWatcher((line) => lines.push(line));
  watcher.failed({ function: 'extract', subject: 'message 0f8b0c5a-0000-4000-8000-000000000000', message: 'no answer' });
  watcher.failed({ function: 'load', subject: 'lab/things', message: 'no answer' });
  expect(lines).toEqual([
    'extract    message 0f8b0c5a-0000-4000-8000-000000000000 failed, is tried again: no answer',
    `load       lab/things${' '.repeat(21)}failed, is tried again: no answer`,
  ]);
});
