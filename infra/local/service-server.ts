import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cloudEvent, http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { takeOver } from '../../functions/sync/front-door.ts';

/** A function behind the real Functions Framework, on a loopback port. */
export interface ServiceServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves `sync` on the port, or one that the system chooses. */
export async function serveService(listener: RequestListener, port = 0): Promise<ServiceServer> {
  http('sync', listener);
  const server = getTestServer('sync');
  takeOver(server, listener);
  return await listening(server, port);
}

/** Serves `deliver` on a port that the system chooses. */
export async function serveDeliver(handler: (event: unknown) => Promise<unknown>): Promise<ServiceServer> {
  cloudEvent('deliver', handler);
  return await listening(getTestServer('deliver'), 0);
}

async function listening(server: Server, port: number): Promise<ServiceServer> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => stopped(server) };
}

async function stopped(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
