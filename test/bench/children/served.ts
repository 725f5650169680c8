import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { cloudEvent } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';

export interface Served {
  readonly url: string;
  stop(): void;
}

/** Puts one function behind the Functions Framework on a loopback port. */
export async function serve(name: string, handler: (event: unknown) => Promise<unknown>): Promise<Served> {
  cloudEvent(name, handler);
  const server = getTestServer(name).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
