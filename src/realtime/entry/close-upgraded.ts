import type { WebSocket } from 'ws';
import type { CloseReason } from '../gateway/close-codes.js';
import { disconnectMessage } from '../gateway/close-codes.js';

/** How long the peer may take to answer the close frame. */
const CLOSE_GRACE_MS = 3_000;

/** Closes an upgraded socket for which no `Connection` was created. */
export function closeUpgraded(webSocket: WebSocket, reason: CloseReason): void {
  webSocket.on('error', () => undefined);
  webSocket.send(JSON.stringify(disconnectMessage(reason)));
  webSocket.close(reason.code, reason.reason);
  setTimeout(() => webSocket.terminate(), CLOSE_GRACE_MS).unref();
}
