import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The source that extract asks: the same records every time. */
export interface LabServer {
  readonly baseUrl: string;
  stop(): Promise<void>;
}

const IDS: Readonly<Record<string, readonly string[]>> = { first: ['a', 'b', 'c'], second: ['x', 'y'] };

/** What each stream that is asked for leads to. */
export const PULLED_ROWS = Object.fromEntries(
  Object.entries(IDS).map(([name, ids]) => [`pulled_${name}`, ids.map((id, index) => ({ ordinal: index + 1, values: { id } }))]),
);

/** Listens on a port that the system chooses; knows two streams. */
export async function startLabServer(): Promise<LabServer> {
  const server = createServer((request, response) => {
    const ids = IDS[/^\/(\w+)\.json$/.exec(request.url ?? '')?.[1] ?? ''];
    response.writeHead(ids === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(ids?.map((id) => ({ id })) ?? {}));
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
