import { subscribe } from 'node:diagnostics_channel';
import type { RequestListener, Server } from 'node:http';

const taken = new WeakSet<Server>();

/**
 * Gives a server's requests to the service alone. The Functions Framework's parsers stand before any function: they read up to 1 GB, answer
 * malformed JSON with a page of their own, and print the body to stderr, credentials included; and each `await` inside the framework's
 * `domain` is dear. The framework still starts, binds and stops the server.
 */
export function takeOver(server: Server, listener: RequestListener): void {
  if (taken.has(server)) return;
  taken.add(server);
  server.removeAllListeners('request');
  server.on('request', listener);
}

/**
 * Takes over the server of this process: Node announces each request on the channel `http.server.request.start`, with its server, before
 * the server's own listeners hear of it. So this works however the framework was started, and touches nothing of its inside.
 */
export function takeOverOnFirstRequest(listener: RequestListener): void {
  subscribe('http.server.request.start', (message) => {
    const { server } = message as { readonly server: Server };
    takeOver(server, listener);
  });
}
