import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cloudEvent } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import type { ChainFunction, FunctionName } from '../../shared/invocation.ts';

/** The functions behind the real Functions Framework, each on a loopback port of its own. */
export interface FunctionServers {
  readonly urls: Readonly<Record<ChainFunction, string> & Partial<Record<FunctionName, string>>>;
  stop(): Promise<void>;
}

type Handler = (event: unknown) => Promise<unknown>;

/** Registers the functions and listens on ports that the system chooses. */
export async function serveFunctions(handlers: Readonly<Record<ChainFunction, Handler> & Partial<Record<FunctionName, Handler>>>): Promise<FunctionServers> {
  const servers = new Map<FunctionName, Server>();
  const urls: Record<ChainFunction, string> & Partial<Record<FunctionName, string>> = { extract: '', transform: '', load: '' };
  for (const name of ['extract', 'transform', 'load', 'deliver'] as const) {
    const handler = handlers[name];
    if (handler === undefined) continue;
    cloudEvent(name, (event: unknown) => handler(event));
    const server = getTestServer(name).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.set(name, server);
    urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }
  return {
    urls,
    async stop() {
      await Promise.all([...servers.values()].map(stopServer));
    },
  };
}

async function stopServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
