import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { cloudEvent } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { transformFunction } from '../../functions/transform/index.ts';
import { finalizedEvent } from '../../infra/local/cloud-event.ts';
import { openFolderStore } from '../../infra/local/folder-store.ts';
import { openJsonlNotices } from '../../infra/local/jsonl-notices.ts';
import { catalog } from '../../shared/catalog.ts';
import type { ObjectInfo, ObjectStore } from '../../shared/object-store/object-store.ts';
import { defineSource } from '../../shared/source.ts';
import { defineStream, replace } from '../../shared/stream.ts';
const KINDS: any = {
  good: ['json', '[', '{"id":"1","whole":12,"text":"' + 'x'.repeat(400) + '"},', '{"id":"2"}]'],
  goodnd: ['ndjson', '', '{"id":"1","whole":12,"text":"' + 'x'.repeat(400) + '"}\n', ''],
  bad: ['json', '[', '{"id":null,"text":"' + 'x'.repeat(400) + '"},', '{"id":"2"}]'],
  ones: ['json', '[', '1,', '1]'],
  empties: ['json', '[', '{},', '{}]'],
  tiny: ['json', '[', '{"id":1},', '{"id":1}]'],
  badlines: ['ndjson', '', 'x\n', ''],
  badlines500: ['ndjson', '', '{"id":null,"text":"' + 'x'.repeat(400) + '}\n', ''],
  nonutf8: ['json', '[', Buffer.concat([Buffer.from('{"id":"'), Buffer.alloc(22_000, 0xff), Buffer.from('"},')]), '{}]'],
  arrays1: ['json', '[{"id":"1","tree":[', '[],', '[]]}]'],
  objs1: ['json', '[{"id":"1","tree":[', '{},', '{}]}]'],
  raw1: ['json', '[{"id":"1","tree":[', '-0,', '-0]}]'],
  keys1: ['json', '[{"id":"1","tree":{', '"":0,', '"":0}}]'],
  nums1: ['json', '[{"id":"1","tree":[', '1,', '1]}]'],
  strs1: ['json', '[{"id":"1","tree":[', '"ab",', '1]}]'],
  uni1: ['json', '[{"id":"1","tree":"', 'é', '"}]'],
  text1: ['json', '[{"id":"1","tree":"', 'e', '"}]'],
  big16: ['json', '[{"id":"0"}', `,{"id":"1","text":"${'x'.repeat(15_900_000)}"}`, ']'],
};
const [dir = '', kind = '', size = '0', chunkSize = '1048576'] = process.argv.slice(2);
const [ext, head, unit, tail] = KINDS[kind];
const source = defineSource({ name: 'lab', title: 'Lab', settings: {}, auth: { type: 'none' } });
const stream = defineStream({
  source,
  name: 's',
  description: 'x',
  columns: {
    id: { type: 'STRING', ...(kind === 'bad' ? { required: true } : {}) },
    whole: { type: 'INT64' },
    text: { type: 'STRING' },
    tree: { type: 'JSON' },
  },
  write: replace(),
  expect: { rejects: 1 },
  table: { dataset: 'lab', name: 's' },
} as any);
const n = Math.floor(Number(size) / Buffer.from(unit).length);
const info: ObjectInfo = {
  name: `lab/s/2026-01-01/x.${ext}`,
  generation: '1',
  size: 1,
  crc32c: '00000000',
  created: '2026-01-01T00:00:00Z',
  metadata: { accept: 'columns' },
};
async function* bytes() {
  const u = Buffer.from(unit);
  const chunk = Number(chunkSize);
  const per = Math.max(1, Math.floor(chunk / u.length));
  const many = Buffer.concat(Array.from({ length: per }, () => u));
  yield Buffer.from(head);
  let left = n;
  while (left > 0) {
    const k = Math.min(left, per);
    const whole = k * u.length;
    for (let at = 0; at < whole; at += chunk) yield Buffer.from(many.subarray(at, Math.min(whole, at + chunk)));
    left -= k;
  }
  yield Buffer.from(tail);
}
const now = () => new Date();
const clean = await openFolderStore({ dir, bucket: 'clean', now, settleMs: 0, durable: false });
const raw: ObjectStore = { ...clean, bucket: 'raw', stat: async () => info, read: async () => bytes() };
const notices = openJsonlNotices(join(dir, 'n.jsonl'));
cloudEvent(
  'transform',
  transformFunction({ raw, clean, catalog: catalog([stream]), notices, log: () => {}, now, codeVersion: 't', timeoutMs: 5_400_000, rerunFlag: '' }) as any,
);
const server = getTestServer('transform').listen(0, '127.0.0.1');
await once(server, 'listening');
const { headers, body } = finalizedEvent('raw', info, { id: 'a', time: new Date().toISOString() });
const hwm = async () => Math.round(Number(/VmHWM:\s+(\d+)/.exec(await readFile('/proc/self/status', 'utf8'))?.[1]) / 1024);
const before = await hwm();
const t = Date.now();
const r = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { method: 'POST', headers, body });
const a: any = await r.json();
console.log(kind, size, 'ms', Date.now() - t, 'hwm', before, await hwm(), r.status, JSON.stringify(a).slice(0, 300));
const found = [];
for await (const o of clean.list('')) found.push(`${o.name.slice(0, 12)}:${o.size}`);
console.log('  ', found.join(' '));
process.exit();
