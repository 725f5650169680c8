import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type EzFocusStandIn, startEzFocus } from '../../infra/local/stand-ins/ezfocus.ts';
import type { Answer } from '../../shared/invocation.ts';
import { streams } from '../../shared/streams/index.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { conformanceFile, conformanceTest } from '../support/conformance.ts';
import { ezFocusSettings } from '../support/ezfocus.ts';

const FINALIZED = 'google.cloud.storage.object.v1.finalized';
const PUBLISHED = 'google.cloud.pubsub.topic.v1.messagePublished';
const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const NAME = 'ezfocus/accounts/2026-11-20/stores.json';

let standIn: EzFocusStandIn;
let chain: Chain;

beforeAll(async () => {
  standIn = await startEzFocus({ seed: 1, accounts: 40, callReports: 1, inventory: 1 });
});
afterAll(() => standIn.stop());

async function open(): Promise<void> {
  chain = await openChain({ streams, sources: ezFocusSettings(standIn) });
}
afterEach(() => chain.close());

function envelope(type: string, data: unknown): string {
  return JSON.stringify({ specversion: '1.0', id: '1', time: '2026-11-20T06:00:00Z', source: '//by-hand', type, data });
}

describe('an event', () => {
  test.each([
    ['as text, as Eventarc sends it', (generation: string) => generation],
    ['as a number, as people write it', (generation: string) => Number(generation)],
  ])('has its generation %s', async (_how, write) => {
    await open();
    const { generation } = await chain.put(NAME, '[{"accnt_no":"1"}]');
    const body = envelope(FINALIZED, { bucket: 'raw', name: NAME, generation: write(generation), size: '19' });
    const { status, body: answer } = await chain.post('transform', STRUCTURED, body);
    expect([status, answer.runs.map(({ records }) => records)]).toEqual([200, [1]]);
  });

  conformanceTest('of Google, structured, of a message asks the source', async () => {
    await open();
    const event = JSON.parse((await conformanceFile('specs/cloudevents/examples/structured/MessagePublishedData.json')).toString('utf8'));
    event.data.message.data = Buffer.from('{"source":"ezfocus","stream":"accounts"}').toString('base64');
    const { status, body } = await chain.post('extract', STRUCTURED, JSON.stringify(event));
    expect([status, body.runs[0]]).toEqual([200, expect.objectContaining({ records: 40, outcome: 'success' })]);
  });

  conformanceTest('of Google, binary, of a message asks the source', async () => {
    for (const file of ['examples/binary/MessagePublishedData-simple.json', 'testdata/MessagePublishedData-duplicatedFields.json']) {
      await open();
      const data = JSON.parse((await conformanceFile(`specs/cloudevents/${file}`)).toString('utf8'));
      data.message.data = Buffer.from('{"source":"ezfocus","stream":"accounts"}').toString('base64');
      const { binary } = JSON.parse((await conformanceFile('specs/cloudevents/request-examples.json')).toString('utf8'));
      const { status, body } = await chain.post('extract', { ...binary.headers, 'ce-type': PUBLISHED }, JSON.stringify(data));
      expect([file, status, body.runs[0]?.records]).toEqual([file, 200, 40]);
      if (file.startsWith('examples')) await chain.close();
    }
  });

  conformanceTest('of Google, structured, of an object is transformed', async () => {
    await open();
    const object = await chain.put(NAME, '[{"accnt_no":"1"}]');
    const event = JSON.parse((await conformanceFile('specs/cloudevents/examples/structured/StorageObjectDataWorkflows.json')).toString('utf8'));
    event.data.name = NAME;
    event.data.generation = object.generation;
    const { status, body } = await chain.post('transform', STRUCTURED, JSON.stringify(event));
    expect([status, body.runs[0]?.records]).toEqual([200, 1]);
  });

  conformanceTest('of Google, binary, of an object is transformed, in its simple and its complex form', async () => {
    for (const file of ['examples/binary/StorageObjectData-simple.json', 'testdata/StorageObjectData-complex.json']) {
      await open();
      const object = await chain.put(NAME, '[{"accnt_no":"1"}]');
      const data = JSON.parse((await conformanceFile(`specs/cloudevents/${file}`)).toString('utf8'));
      const isText = typeof data.generation === 'string';
      data.name = NAME;
      data.generation = isText ? object.generation : Number(object.generation);
      const { binary } = JSON.parse((await conformanceFile('specs/cloudevents/request-examples.json')).toString('utf8'));
      const { status, body } = await chain.post('transform', binary.headers, JSON.stringify(data));
      expect([file, isText, status, body.runs[0]?.records]).toEqual([file, file.startsWith('examples'), 200, 1]);
      if (file.startsWith('examples')) await chain.close();
    }
  });
});

/** What the README's commands reach instead of Google Cloud: `gcloud` as a program that hands its arguments over. */
async function startGcloud(answer: (args: readonly string[]) => Promise<string>): Promise<{ server: Server; bin: string }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = await Array.fromAsync(request as AsyncIterable<Buffer>);
    response.end(await answer(JSON.parse(Buffer.concat(chunks).toString('utf8'))).catch((error: unknown) => `failed: ${error}`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const bin = await mkdtemp(join(tmpdir(), 'gcloud-'));
  const program = `#!${process.execPath}
const response = await fetch('http://127.0.0.1:${port}/', { method: 'POST', body: JSON.stringify(process.argv.slice(2)) });
process.stdout.write(await response.text());
`;
  await writeFile(join(bin, 'package.json'), '{"type":"module"}');
  await writeFile(join(bin, 'gcloud'), program);
  await chmod(join(bin, 'gcloud'), 0o755);
  return { server, bin };
}

/** What a command of the README leads to, on the embedded parts. */
async function gcloud(args: readonly string[]): Promise<string> {
  const [group, verb, what] = args;
  const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  if (group === 'pubsub') return text((await chain.publish(JSON.parse(option('message') ?? ''))).body);
  if (group === 'functions') return text((await chain.post(what as 'extract' | 'transform', STRUCTURED, option('cloud-event') ?? '')).body);
  const name = args.find((arg) => arg.startsWith('gs://'))?.replace('gs://my-project-raw/', '') ?? '';
  if (verb === 'cp') return text((await chain.finalize(chain.raw, await chain.put(name, await extracted()))).body);
  return (await chain.raw.stat(name))?.generation ?? '';
}

/** The bytes of the first raw object: what `stores.json` holds. */
async function extracted(): Promise<Buffer> {
  const [object] = await chain.objects(chain.raw);
  const chunks = object === undefined ? undefined : await chain.raw.read(object.name, object.generation);
  return Buffer.concat(await Array.fromAsync(chunks ?? []));
}

function text(answer: Answer): string {
  return `${JSON.stringify(answer)}\n`;
}

describe("the README's commands for gcloud, exactly as printed", () => {
  test('publish, upload, and call the functions', async () => {
    await open();
    const readme = await readFile(join(import.meta.dirname, '../../infra/README.md'), 'utf8');
    const [section = ''] = /\n## Three ways of use\n[\s\S]*?\n## /.exec(readme) ?? [];
    const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code = '']) => code);
    const commands = blocks.join('\n').replaceAll(/^npm run .*$/gm, '');
    const { server, bin } = await startGcloud(gcloud);
    const shell = spawn('bash', ['-eu', '-c', commands], {
      env: { PATH: `${bin}${delimiter}${process.env['PATH']}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = await Array.fromAsync(shell.stdout as AsyncIterable<Buffer>);
    server.close();
    server.closeAllConnections();
    await rm(bin, { recursive: true, force: true });

    const answers: Answer[] = Buffer.concat(chunks)
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const outcomes = answers.map(({ status, runs }) => [status, ...runs.map(({ stream, outcome, records }) => `${stream} ${outcome} ${records}`)]);
    expect(outcomes).toEqual([
      ['success', 'ezfocus/accounts success 40'],
      ['success', 'ezfocus/accounts success 40'],
      ['success', 'ezfocus/accounts success 40'],
      ['success', 'ezfocus/accounts done before 0'],
    ]);
  });
});
