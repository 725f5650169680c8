import { describe, expect, test } from '@jest/globals';
import { tmdlText } from '../../../infra/power-bi/tmdl.ts';
import { parseTmdl } from './tmdl-parser.ts';

test('an object is read with description, code, properties and children', () => {
  const text = tmdlText([
    {
      type: 'table',
      name: "Web 'transactions'",
      description: 'What happened',
      properties: [['lineageTag', 'a']],
      children: [
        { type: 'measure', name: 'Two lines', expression: 'VAR a = 1\nRETURN\n    a', properties: [['formatString', '#,0.00 "GBP"']] },
        { type: 'column', name: 'day', properties: [['isHidden', true]], children: [{ type: 'annotation', name: 'A', expression: 'b' }] },
        { type: 'partition', name: 'p', expression: 'm', properties: [['source', { expression: 'let\n    a\nin\n    a' }]] },
      ],
    },
  ]);
  const [table] = parseTmdl(text);
  expect(table).toMatchObject({ type: 'table', name: "Web 'transactions'", description: 'What happened' });
  const [measure, column, partition] = table?.children ?? [];
  expect(measure).toMatchObject({ name: 'Two lines', expression: 'VAR a = 1\nRETURN\n    a' });
  expect(measure?.properties.get('formatString')).toBe('#,0.00 "GBP"');
  expect(column?.properties.get('isHidden')).toBe('true');
  expect(column?.children).toEqual([expect.objectContaining({ type: 'annotation', name: 'A', expression: 'b' })]);
  expect(partition?.properties.get('source')).toBe('let\n    a\nin\n    a');
});

describe('what is no TMDL is refused with its line:', () => {
  test.each([
    ['a type that is none', 'tabel A\n', 'line 1'],
    ['an object in the wrong place', 'measure A = 1\n', 'line 1'],
    ['a name with a space without quotes', 'table A B\n', 'line 1'],
    ['a property that is none', 'table A\n\tlineagetag: a\n', 'line 2'],
    ['a property without a value', 'table A\n\tlineageTag:\n', 'line 2'],
    ['a property that comes twice', 'table A\n\tlineageTag: a\n\tlineageTag: b\n', 'line 3'],
    ['a property behind a child', 'table A\n\tcolumn b\n\n\tlineageTag: a\n', 'line 4'],
    ['code that is not indented enough', 'table A\n\tmeasure b =\n\t\t1\n', 'line 3'],
    ['an indent of spaces', 'table A\n    lineageTag: a\n', 'line 2'],
    ['an indent too far', 'table A\n\t\t\tlineageTag: a\n', 'line 2'],
    ['a description of nothing', 'table A\n\t/// nothing\n\n', 'line 3'],
    ['a space at the end', 'table A \n', 'line 1'],
  ])('%s', (_, text, where) => {
    expect(() => parseTmdl(text)).toThrow(where);
  });
});
