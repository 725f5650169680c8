import { createServer, type RequestListener, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { loopbackTransport } from '../../infra/local/stand-ins/crm/loopback-transport.ts';
import type { CrmHttp } from '../../shared/crm/http.ts';
import { createOutsideHttp, type OutsideOptions } from '../../shared/http-outside.ts';

const URL_WITH_SECRETS = 'https://a.klaviyo.com/secret-path?secret-query=1';
const never = new AbortController().signal;

describe('a call to the outside', () => {
  let server: Server | undefined;
  let connections = 0;

  const serve = async (listener: RequestListener, options: OutsideOptions = {}): Promise<CrmHttp> => {
    connections = 0;
    const started = createServer(listener).on('connection', () => (connections += 1));
    server = started;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    const { port } = started.address() as { port: number };
    return createOutsideHttp({ transport: loopbackTransport(new Map([['a.klaviyo.com', `http://127.0.0.1:${port}`]])), ...options });
  };
  const get = (http: CrmHttp, signal = never) => http.send({ method: 'GET', url: URL_WITH_SECRETS, headers: { authorization: 'secret-key' } }, signal);

  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });

  test('gives status, headers, each cookie and the JSON, whatever the status', async () => {
    const http = await serve((_, response) => {
      response.setHeader('set-cookie', ['a=1; expires=Fri, 31-Dec-2027 23:59:59 GMT', 'b=2']);
      response.writeHead(418, { 'retry-after': '3' }).end('\uFEFF{"x":[1]}');
    });
    expect(await get(http)).toMatchObject({
      status: 418,
      headers: { 'retry-after': '3' },
      cookies: ['a=1; expires=Fri, 31-Dec-2027 23:59:59 GMT', 'b=2'],
      body: { x: [1] },
    });
  });

  test('keeps its connection for the next one', async () => {
    const http = await serve((_, response) => response.end('{}'));
    for (let call = 0; call < 5; call += 1) await get(http);
    expect(connections).toBe(1);
  });

  test('counts the bytes after decompression', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    const http = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb), { maxAnswerBytes: 1_000_000 });
    expect(bomb.length).toBeLessThan(100_000);
    await expect(get(http)).rejects.toMatchObject({ reason: 'too_large' });
  });

  test.each([
    ['network', (_: unknown, response: { destroy(): void }) => response.destroy(), never],
    ['timeout', () => {}, never],
    ['timeout', (_: unknown, response: { write(text: string): void }) => response.write('{"secret": '), never],
    ['time', () => {}, AbortSignal.timeout(50)],
    [
      'address',
      (_: unknown, response: { writeHead(status: number, headers: object): { end(): void } }) =>
        response.writeHead(307, { location: 'https://b.klaviyo.com/secret-location' }).end(),
      never,
    ],
  ])('that fails says why (%s), and nothing that was sent', async (reason, listener, signal) => {
    const http = await serve(listener as RequestListener, { answerTimeoutMs: reason === 'timeout' ? 50 : 30_000 });
    const error = await get(http, signal).catch((thrown: unknown) => thrown as Error & { reason: string });
    expect(error).toMatchObject({ name: 'CrmUnreachable', reason });
    const told = JSON.stringify([{ ...error }, (error as Error).message, (error as Error).stack, String((error as Error).cause)]);
    expect(told).not.toContain('secret');
  });

  test('that has no time left is not made', async () => {
    const http = await serve((_, response) => response.end('{}'));
    await expect(get(http, AbortSignal.abort())).rejects.toMatchObject({ reason: 'time' });
    expect(connections).toBe(0);
  });
});
