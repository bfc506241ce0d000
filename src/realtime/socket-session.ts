import type { RawData, WebSocket } from 'ws';
import type { Credentials, Establishment } from './establishment.js';
import { pongFrame } from './frame.js';
import type { Heartbeat } from './heartbeat.js';
import type { Inbox } from './inbox.js';
import type { WebSocketConnection } from './web-socket-connection.js';

/** The sessions by their socket, so that the event listeners can be shared functions instead of closures per socket. */
const sessions = new WeakMap<WebSocket, SocketSession>();

/** One WebSocket from upgrade to close: wires its events to inbox and heartbeat. */
export class SocketSession {
  constructor(
    readonly connection: WebSocketConnection,
    readonly inbox: Inbox,
    readonly heartbeat: Heartbeat,
  ) {
    const { webSocket } = connection;
    sessions.set(webSocket, this);
    webSocket.on('message', onMessage);
    webSocket.on('ping', onPing);
    webSocket.on('pong', onPong);
    webSocket.on('error', onError);
  }

  /** The handshake proper; messages that arrive meanwhile wait. Never throws: a no is told on the socket. */
  async begin(establishment: Establishment, credentials: Credentials): Promise<void> {
    try {
      await establishment.establish(this.connection, credentials);
      this.heartbeat.establish();
      this.inbox.start();
    } catch (error) {
      this.connection.closeFor(error);
    }
  }
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  const session = sessions.get(this);
  session?.heartbeat.heard();
  // The data is one Buffer: `binaryType` is left at `nodebuffer`.
  session?.inbox.receive(isBinary ? null : (data as Buffer).toString('utf8'));
}

function onPing(this: WebSocket, payload: Buffer): void {
  const session = sessions.get(this);
  session?.heartbeat.heard();
  // A client that pings and never reads gets no further pongs.
  if (!session?.connection.isOpen) return;
  session.connection.beforeSend?.();
  session.connection.outbound.write(pongFrame(payload));
}

function onPong(this: WebSocket): void {
  sessions.get(this)?.heartbeat.heard();
}

/** Protocol errors (1002, 1007, 1009) are answered by `ws` itself; a reset by the peer ends in `close`. */
function onError(): void {
  return;
}
