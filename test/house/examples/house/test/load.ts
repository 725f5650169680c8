import { expect, test } from '@jest/globals';
import { streams } from '../shared/streams/index.ts';

test('has a stream', async () => {
  const name = process.env['STREAM'] ?? '../shared/log.ts';
  await import(name);
  expect(streams[0]!.name).toBe('accounts');
});
