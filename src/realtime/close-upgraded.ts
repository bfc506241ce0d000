import type { WebSocket } from 'ws';
import type { CloseReason } from './close-codes.js';
import { disconnectMessage } from './close-codes.js';

/** Ends a socket that never becomes a connection. */
export function closeUpgraded(webSocket: WebSocket, reason: CloseReason): void {
  webSocket.on('error', () => undefined);
  webSocket.send(JSON.stringify(disconnectMessage(reason)));
  webSocket.close(reason.code, reason.reason);
}
