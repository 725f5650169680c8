import type { LoadEvent } from '@google/events';
import { publish } from '../../shared/notices/pubsub.ts';
import { readObject } from '../../shared/object-store/gcs.ts';
import { insert } from '../../shared/warehouse/bigquery.ts';

export async function load(event: LoadEvent): Promise<void> {
  await insert(await readObject(event.name));
  publish(`loaded ${event.name}`); // !
}
