import { afterAll, beforeAll } from '@jest/globals';
import { streams } from '../../../shared/streams/index.ts';
import { describeStream } from '../../contract/stream.ts';
import { fixtureOf } from '../../contract/stream-fixture.ts';
import { type StreamLab, streamLab } from '../../contract/stream-lab.ts';
import { openChain } from '../../support/chain.ts';

let lab: StreamLab;
beforeAll(async () => {
  lab = streamLab(await openChain({ streams }));
});
afterAll(async () => {
  await lab.chain.close();
});

for (const stream of streams) {
  describeStream(
    stream,
    () => fixtureOf(stream),
    () => lab,
  );
}
