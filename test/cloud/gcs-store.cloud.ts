import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import { gcsClient } from '../../shared/object-store/gcs-client.ts';
import { createObject } from '../../shared/object-store/object-store.ts';
import { describeObjectStore, describeWorkStore, existing } from '../contract/object-store.ts';
import { endpoints, PROJECT } from './endpoints.ts';

const client = gcsClient({ apiEndpoint: endpoints().gcs, projectId: PROJECT });

async function open() {
  const bucket = `store-${randomUUID()}`;
  await (await client()).storage.createBucket(bucket);
  return { store: gcsStore({ bucket, client, pageSize: 3 }), close: async () => {} };
}

// Its other gaps (preconditions of a rewrite, a chunk sent twice, faults) are proven on the strict fake, in test/shared/object-store.
describeObjectStore('Cloud Storage client on fake-gcs-server', open, [
  { tests: /has no metadata when a copy is given none/, because: 'fake-gcs-server 1.56.1 keeps the metadata where a rewrite says {}' },
]);
describeWorkStore('Cloud Storage client on fake-gcs-server', open, [
  { tests: /keeps an object when another generation of it is removed/, because: 'fake-gcs-server 1.56.1 ignores the preconditions of a removal' },
]);

test('writes and reads back an object of more than two chunks', async () => {
  const { store } = await open();
  const body = randomBytes(20 * 1024 * 1024 + 1);
  const { name, generation, size } = existing(await createObject(store, 'a/b/c', body));
  const chunks = await Array.fromAsync(existing(await store.read(name, generation)));
  expect(size).toBe(body.length);
  expect(Buffer.concat(chunks).equals(body)).toBe(true);
});
