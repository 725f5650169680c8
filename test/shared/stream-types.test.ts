import { expect, test } from '@jest/globals';
import { defineSource } from '../../shared/source.ts';
import { defineStream, merge, replace } from '../../shared/stream.ts';
import { oneOf } from '../../shared/streams/rules.ts';

const source = defineSource({
  name: 'lab',
  title: 'Lab',
  settings: { key: { env: 'LAB_KEY', kind: 'secret', description: 'Key' } },
  auth: { type: 'none' },
});
const columns = {
  id: { type: 'STRING', required: true },
  day: { type: 'DATE', required: true },
  until: { type: 'DATE' },
  city: { type: 'STRING' },
} as const;
const common = { source, description: 'x', columns, table: { dataset: 'lab', name: 'x' } } as const;

// The type check is the test: a line below that compiles although it must not fails `npm run typecheck`.
test('a declaration that contradicts itself does not compile', () => {
  const declarations = [
    () => defineStream({ ...common, name: 'good', key: ['id', 'day'], write: replace({ date: 'day' }), rules: [oneOf('city', ['x'])] }),
    // @ts-expect-error a key must be a required column
    () => defineStream({ ...common, name: 'key', key: ['city'], write: merge() }),
    // @ts-expect-error a key must be a column
    () => defineStream({ ...common, name: 'key', key: ['nobody'], write: merge() }),
    // @ts-expect-error a rule looks at columns
    () => defineStream({ ...common, name: 'rule', write: replace(), rules: [oneOf('nobody', ['x'])] }),
    // @ts-expect-error a window of days needs a required date
    () => defineStream({ ...common, name: 'date', write: replace({ date: 'until' }) }),
    // @ts-expect-error a window of days needs a date
    () => defineStream({ ...common, name: 'date', write: replace({ date: 'id' }) }),
    // @ts-expect-error a request asks for settings of its source
    () => defineStream({ ...common, name: 'setting', request: ({ settings }) => ({ query: { key: settings.nobody } }), write: replace() }),
    // @ts-expect-error a type is one of the warehouse's
    () => defineStream({ ...common, name: 'type', columns: { id: { type: 'TEXT' } }, write: replace() }),
  ];
  expect(declarations[0]?.().id).toBe('lab/good');
});
