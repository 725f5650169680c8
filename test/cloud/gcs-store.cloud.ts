import { randomUUID } from 'node:crypto';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import { gcsClient } from '../../shared/object-store/gcs-client.ts';
import { describeObjectStore } from '../contract/object-store.ts';
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
