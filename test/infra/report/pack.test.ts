import { describe, expect, test } from '@jest/globals';
import { constantColumn, packColumns } from '../../../infra/report/pack.ts';

const one = (type: string, ...cells: (string | number | boolean | null)[]) =>
  packColumns({ columns: [{ name: 'c', type }], rows: cells.map((cell) => [cell]) })['c'];

describe('a packed column', () => {
  test('tells each text once', () => {
    expect(one('STRING', 'GB', 'US', 'GB', null, '')).toEqual({ type: 'text', words: ['GB', 'US', ''], values: [0, 1, 0, null, 2] });
  });

  test('keeps dates as dates', () => {
    expect(one('DATE', '2026-11-29', null)).toEqual({ type: 'date', words: ['2026-11-29'], values: [0, null] });
  });

  test('has amounts as numbers to six decimals, and null for what is no number', () => {
    expect(one('NUMERIC', '696367.840000000', '0.123456789', null)).toEqual({ type: 'number', values: [696367.84, 0.123457, null] });
    expect(one('FLOAT64', 'NaN', 'Infinity', 0.1)).toEqual({ type: 'number', values: [null, null, 0.1] });
  });

  test('keeps what is neither true nor false', () => {
    expect(one('BOOL', true, false, null)).toEqual({ type: 'boolean', values: [true, false, null] });
  });

  test('keeps words that mean something to JavaScript', () => {
    expect(one('STRING', '__proto__', 'constructor', '</script>')).toEqual({
      type: 'text',
      words: ['__proto__', 'constructor', '</script>'],
      values: [0, 1, 2],
    });
  });

  test('of a key that was given up says all in every row', () => {
    expect(constantColumn('all', 2)).toEqual({ type: 'text', words: ['all'], values: [0, 0] });
    expect(constantColumn('all', 0)).toEqual({ type: 'text', words: [], values: [] });
  });
});
