import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { streams } from '../../../shared/streams/index.ts';
import { describeStream } from '../../contract/stream.ts';
import { FIXTURES, fixtureOf } from '../../contract/stream-fixture.ts';
import { describeRequests } from '../../contract/stream-request.ts';
import { type StreamLab, streamLab } from '../../contract/stream-lab.ts';
import { openChain } from '../../support/chain.ts';

let lab: StreamLab;
beforeAll(async () => {
  lab = streamLab(await openChain({ streams }));
});
afterAll(async () => {
  await lab.chain.close();
});

test('every fixture is of a stream in the list', async () => {
  const files = (await readdir(FIXTURES, { recursive: true })).filter((file) => file.endsWith('.json'));
  expect(files.sort()).toEqual(streams.map(({ id }) => join(`${id}.json`)).sort());
});

for (const stream of streams) {
  const fixture = () => fixtureOf(stream);
  describeStream(stream, fixture, () => lab);
  describeRequests(stream, fixture);
}
