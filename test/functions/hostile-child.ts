import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { cloudEvent } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { transformFunction } from '../../functions/transform/index.ts';
import { finalizedEvent } from '../../infra/local/cloud-event.ts';
import { openFolderStore } from '../../infra/local/folder-store.ts';
import { openJsonlNotices } from '../../infra/local/jsonl-notices.ts';
import { catalog } from '../../shared/catalog.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import { defineSource } from '../../shared/source.ts';
import { defineStream, replace } from '../../shared/stream.ts';
import { type HostileResult, hostileObjects } from './hostile-objects.ts';

/** Runs transform once, behind the real framework, on an object that is generated while it is read; tells what came of it. */
const [dir = '', kind = '', bytes = '0'] = process.argv.slice(2);
const object = hostileObjects[kind];
if (object === undefined) throw new Error(`there is no hostile object "${kind}"`);

const records = defineStream({
  source: defineSource({ name: 'enemy', title: 'Enemy', settings: {}, auth: { type: 'none' } }),
  name: 'records',
  description: 'Records of any kind',
  columns: { id: { type: 'STRING' }, whole: { type: 'INT64' }, tree: { type: 'JSON' } },
  write: replace('object'),
  table: { dataset: 'enemy', name: 'records' },
});
const now = () => new Date();
const clean = await openFolderStore({ dir, bucket: 'clean', now, settleMs: 0, durable: false });
const info = {
  name: `enemy/records/2026-01-01/${'n'.repeat(190)}.${object.extension}`,
  generation: '1',
  size: 1,
  crc32c: '00000000',
  created: '2026-01-01T00:00:00Z',
  metadata: {},
};
const raw: ObjectStore = { ...clean, bucket: 'raw', stat: async () => info, read: async () => object.chunks(Number(bytes)) };
const notices = openJsonlNotices(join(dir, 'notices.jsonl'));
const deps = { raw, clean, catalog: catalog([records]), notices, log: () => {}, now, codeVersion: 'test', timeoutMs: 7_200_000, rerunFlag: '' };
const handler = transformFunction(deps);
cloudEvent('transform', async (event: unknown) => await handler(event));
const server = getTestServer('transform').listen(0, '127.0.0.1');
await once(server, 'listening');

const event = finalizedEvent('raw', info, { id: 'hostile', time: now().toISOString() });
const started = performance.now();
const { status, body } = await post(event.headers, event.body);
const ms = Math.round(performance.now() - started);
const peakMiB = await peak();
const objects: Record<string, number> = {};
for await (const { name, size } of clean.list('')) objects[name.replace(/(\/\d{4}-\d\d-\d\d)?\/[^/]*$/, '')] = size;
const result: HostileResult = {
  status,
  run: JSON.parse(body).runs[0],
  ms,
  peakMiB,
  objects,
  rejects: await storedRejects(),
  notices: (await notices.list()).length,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit();

/** Not `fetch`, which gives up after 300 s. */
async function post(headers: Readonly<Record<string, string>>, text: string): Promise<{ status: number; body: string }> {
  const call = request(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { method: 'POST', headers });
  call.end(text);
  const [response] = await once(call, 'response');
  return { status: response.statusCode, body: Buffer.concat(await response.toArray()).toString('utf8') };
}

/** The most memory that the process ever had, from the kernel; undefined where that is not Linux. */
async function peak(): Promise<number | undefined> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(status) ?? [];
  return kib === undefined ? undefined : Math.round(Number(kib) / 1024);
}

/** How many rejects are stored, and the longest text of a record among them. */
async function storedRejects(): Promise<HostileResult['rejects']> {
  let count = 0;
  let longest = 0;
  for await (const { name, generation } of clean.list('pipeline/rejects/')) {
    let rest = Buffer.alloc(0);
    for await (const chunk of (await clean.read(name, generation)) ?? []) {
      const buffer = Buffer.concat([rest, chunk]);
      let at = 0;
      for (let end = buffer.indexOf(10); end >= 0; end = buffer.indexOf(10, at)) {
        count += 1;
        longest = Math.max(longest, Buffer.byteLength(JSON.parse(buffer.toString('utf8', at, end)).record));
        at = end + 1;
      }
      rest = buffer.subarray(at);
    }
  }
  return { count, longest };
}
