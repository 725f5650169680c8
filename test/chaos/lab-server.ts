import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The source that extract asks: the same records every time. */
export interface LabServer {
  readonly baseUrl: string;
  stop(): Promise<void>;
}

const BODIES: Readonly<Record<string, string>> = {
  '/first.json': JSON.stringify([{ id: 'a' }, { id: 'b' }, { id: 'c' }]),
  '/second.json': JSON.stringify([{ id: 'x' }, { id: 'y' }]),
};

/** Listens on a port that the system chooses; knows two streams. */
export async function startLabServer(): Promise<LabServer> {
  const server = createServer((request, response) => {
    const body = BODIES[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(body ?? '{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
