import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DeliveryLoop, type DeliveryOptions, startDelivery } from '../../../infra/local/delivery.ts';
import { type FolderStore, openFolderStore } from '../../../infra/local/folder-store.ts';
import { openTopic, type Topic } from '../../../infra/local/topic.ts';
import { createObject } from '../../../shared/object-store/object-store.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { name?: string; generation?: string; message?: { data: string } };
}

const SUCCESS = JSON.stringify({ status: 'success', runs: [] });

let dir: string;
let store: FolderStore;
let topic: Topic;
let server: Server;
let received: Received[];
/** Status of the answer to a request; 200 where it says nothing. */
let judge: (request: Received) => number | undefined;
const loops: DeliveryLoop[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'delivery-'));
  store = await openFolderStore({ dir: join(dir, 'buckets'), bucket: 'raw', now: () => new Date(), settleMs: 0, durable: false });
  topic = await openTopic(join(dir, 'topic.jsonl'), () => new Date());
  received = [];
  judge = () => undefined;
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = { path: request.url ?? '', headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) };
    received.push(one);
    const status = judge(one) ?? 200;
    response.writeHead(status).end(status === 200 ? SUCCESS : 'not now');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  for (const loop of loops.splice(0)) await loop.stop();
  server.close();
  server.closeAllConnections();
  await rm(dir, { recursive: true, force: true });
});

async function start(options: Partial<DeliveryOptions> = {}): Promise<DeliveryLoop> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const loop = await startDelivery({
    file: join(dir, 'delivery.jsonl'),
    stores: [{ store, function: 'transform' }],
    topic,
    urls: { extract: `${url}/extract`, transform: `${url}/transform`, load: `${url}/load` },
    now: () => new Date(),
    firstDelayMs: 1,
    maxAttempts: 3,
    ...options,
  });
  loops.push(loop);
  return loop;
}

async function put(name: string, text = 'x'): Promise<void> {
  const live = await store.stat(name);
  await createObject(store, name, text, { ifGenerationMatch: live?.generation ?? '0' });
}

/** The store, as it is while its list fails so many times. */
function failing(times: number): FolderStore {
  let left = times;
  return {
    ...store,
    list(prefix) {
      if (left > 0) {
        left -= 1;
        throw new Error('EIO: the disk is ill');
      }
      return store.list(prefix);
    },
  };
}

const names = () => received.map((request) => request.body.name);

describe('delivery', () => {
  test('sends the event of each object once, as Eventarc writes it', async () => {
    await put('a/b c.json');
    const loop = await start();
    await loop.idle();
    const info = await store.stat('a/b c.json');
    expect(received).toMatchObject([
      {
        path: '/transform',
        headers: { 'ce-type': 'google.cloud.storage.object.v1.finalized', 'ce-specversion': '1.0', 'ce-bucket': 'raw', 'ce-subject': 'objects/a%2Fb%20c.json' },
        body: { name: 'a/b c.json', generation: info?.generation },
      },
    ]);
    await loop.idle();
    expect(received).toHaveLength(1);
    expect(loop.delivered).toBe(1);
  });

  test('sends a new generation of a name again', async () => {
    const loop = await start();
    await put('a');
    await loop.idle();
    await put('a', 'y');
    await loop.idle();
    expect(new Set(received.map((request) => request.body.generation)).size).toBe(2);
  });

  test('sends what failed again with the id and time it had', async () => {
    judge = () => (received.length < 3 ? 500 : 200);
    await put('a');
    await (await start()).idle();
    expect(names()).toEqual(['a', 'a', 'a']);
    expect(new Set(received.map((request) => `${request.headers['ce-id']} ${request.headers['ce-time']}`)).size).toBe(1);
  });

  test('gives up after the last try into a list that a person can see, and goes on with the rest', async () => {
    judge = (request) => (request.body.name === 'poison' ? 500 : 200);
    await put('poison');
    await put('good');
    const loop = await start();
    await loop.idle();
    expect(names().filter((name) => name === 'poison')).toHaveLength(3);
    expect(names().filter((name) => name === 'good')).toHaveLength(1);
    const [letter] = loop.deadLetters();
    expect(letter).toMatchObject({ function: 'transform', attempts: 3, lastError: '500 not now', subject: expect.stringContaining('raw/poison#') });

    judge = () => 200;
    expect(await loop.redeliver('nobody')).toBe(false);
    expect(await loop.redeliver(letter!.id)).toBe(true);
    await loop.idle();
    expect(loop.deadLetters()).toEqual([]);
    expect(names().filter((name) => name === 'poison')).toHaveLength(4);
  });

  test('keeps dead letters and acknowledgements over a restart, a torn last line included', async () => {
    judge = (request) => (request.body.name === 'poison' ? 500 : 200);
    await put('poison');
    await put('good');
    const first = await start();
    await first.idle();
    await first.stop();
    await appendFile(join(dir, 'delivery.jsonl'), '{"ack":"raw/go');
    const before = received.length;
    const second = await start();
    await second.idle();
    expect(received.length).toBe(before);
    expect(second.deadLetters()).toHaveLength(1);
    await put('more');
    await second.idle();
    await second.stop();
    const third = await start();
    await third.idle();
    expect(names().filter((name) => name === 'more')).toHaveLength(1);
  });

  test('sends what was not acknowledged when the process ended', async () => {
    judge = () => 500;
    await put('a');
    const first = await start({ firstDelayMs: 600_000 });
    const waiting = await first.idle(1);
    expect(waiting).toMatchObject([{ function: 'transform', attempts: 1, lastError: '500 not now' }]);
    await first.stop();
    judge = () => 200;
    const second = await start();
    await second.idle();
    expect(names()).toEqual(['a', 'a']);
  });

  test('looks again where a look has failed, and tells of it once', async () => {
    const told: string[] = [];
    await put('a');
    const loop = await start({ stores: [{ store: failing(2), function: 'transform' }], pollMs: 1, onTrouble: (message) => told.push(message) });
    await loop.idle();
    expect(names()).toEqual(['a']);
    expect(told).toEqual(['EIO: the disk is ill']);
  });

  test('keeps nobody waiting where every look fails, and can be stopped', async () => {
    const loop = await start({ stores: [{ store: failing(Number.POSITIVE_INFINITY), function: 'transform' }], pollMs: 1 });
    await expect(loop.idle()).rejects.toThrow('EIO: the disk is ill');
    await loop.stop();
  });

  test('sends again what it could not write down, until it can', async () => {
    const told: string[] = [];
    await put('a');
    await put('b');
    const loop = await start({ maxAttempts: 1_000, onTrouble: (message) => told.push(message) });
    await mkdir(join(dir, 'delivery.jsonl'));
    const waiting = await loop.idle(1);
    expect(waiting.map(({ lastError }) => lastError)).toEqual(Array(2).fill(expect.stringContaining('EISDIR')));
    expect(told).toContainEqual(expect.stringContaining('EISDIR'));
    await rmdir(join(dir, 'delivery.jsonl'));
    expect(await loop.idle()).toEqual([]);
    await loop.stop();
    const before = received.length;
    const second = await start();
    await second.idle();
    expect(received.length).toBe(before);
  });

  test('writes a message down as if the one before, of which half was written, had never been', async () => {
    const file = join(dir, 'topic.jsonl');
    await mkdir(file);
    await expect(topic.publish({ source: 'lost' })).rejects.toThrow('EISDIR');
    await rmdir(file);
    await writeFile(file, '{"id":"half","jso');
    const message = await topic.publish({ source: 'kept' });
    expect((await openTopic(file, () => new Date())).messages()).toEqual([message]);
  });

  test('sends a message with its own id and time, after a restart too', async () => {
    const message = await topic.publish({ source: 'ezfocus' });
    const reopened = await openTopic(join(dir, 'topic.jsonl'), () => new Date());
    const loop = await start({ topic: reopened });
    await loop.idle();
    expect(received).toMatchObject([
      { path: '/extract', headers: { 'ce-id': message.id, 'ce-time': message.time, 'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished' } },
    ]);
    expect(JSON.parse(Buffer.from(received[0]!.body.message!.data, 'base64').toString())).toEqual({ source: 'ezfocus' });
  });
});
