import { link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openParts, RAW_BUCKET, startHost } from '../../../infra/local/host.ts';
import { accountStream, benchStreams } from '../data/streams.ts';
import { measured } from './usage.ts';
import { timedWarehouse } from './timed-warehouse.ts';

/** Drops one raw file into a running pipeline and waits until its rows can be queried. */
const [dir = '', file = '', name = ''] = process.argv.slice(2);
const options = { dir, settleMs: 0, now: () => new Date() };
const parts = await openParts(options);
const warehouse = timedWarehouse(parts.warehouse);
const acknowledged = new Map<string, () => void>();
const host = await startHost(
  {
    ...options,
    streams: benchStreams,
    sources: new Map(),
    log: () => {},
    codeVersion: 'bench',
    onDelivered: ({ subject, answer }) => {
      if (answer.status !== 'success') throw new Error(JSON.stringify(answer));
      const [bucket, object = ''] = subject.split(/\/(.*)/);
      if (object.startsWith(`${accountStream.id}/`)) acknowledged.get(bucket ?? '')?.();
    },
  },
  { ...parts, warehouse: warehouse.warehouse },
);

const { usage, result } = await measured(async () => {
  const transformed = acknowledgement('raw');
  const loaded = acknowledgement('clean');
  const place = join(dir, 'buckets', RAW_BUCKET, name);
  await mkdir(dirname(place), { recursive: true });
  await link(file, place);
  host.delivery.kick();
  const started = performance.now();
  await transformed;
  const transformSeconds = (performance.now() - started) / 1_000;
  await loaded;
  const { rows } = await host.warehouse.query(`SELECT count(*) FROM ${accountStream.table.dataset}.${accountStream.table.name}`);
  return { transformSeconds, rows: Number(rows[0]?.[0]) };
});
await host.delivery.idle();
console.log(JSON.stringify({ ...usage, ...result, duckDbSeconds: warehouse.seconds() }));
await host.stop();

/** Resolves when the accounts' object in that bucket has been delivered. */
function acknowledgement(bucket: string): Promise<void> {
  return new Promise((resolve) => acknowledged.set(bucket, resolve));
}
