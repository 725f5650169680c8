import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';

/** A server on a loopback port that the system has chosen. */
export interface LoopbackServer {
  readonly baseUrl: string;
  /** Ends every connection; the second call waits for the first. */
  stop(): Promise<void>;
}

export async function startLoopbackServer(listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { baseUrl: `http://127.0.0.1:${portOf(server)}`, stop: lazily(() => stop(server)) };
}

/** Makes a value when it is first asked for, and never again. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  return address.port;
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
