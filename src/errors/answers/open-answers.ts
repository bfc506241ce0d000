import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** By connection. More than one if a client sends requests without waiting for the responses. */
const open = new WeakMap<Duplex, Set<ServerResponse>>();
const NONE: ReadonlySet<ServerResponse> = new Set();

/** The responses of this connection that have not been sent completely, in the order of their requests. */
export function openAnswers(connection: Duplex): ReadonlySet<ServerResponse> {
  return open.get(connection) ?? NONE;
}

/** Records the responses of this server for `openAnswers`. */
export function trackAnswers(server: Server): void {
  server.prependListener('request', ({ socket }, response) => {
    const answers = open.get(socket) ?? new Set();
    open.set(socket, answers.add(response));
    response.once('close', () => answers.delete(response));
  });
}
