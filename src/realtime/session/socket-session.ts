import type { Credentials, Establishment } from './establishment.js';
import { pongFrame } from '../encoding/frame.js';
import type { Heartbeat } from './heartbeat.js';
import type { Inbox } from './inbox.js';
import type { WebSocketEvents } from '../connection/session-web-socket.js';
import type { WebSocketConnection } from '../connection/web-socket-connection.js';

/** One WebSocket from upgrade to close: leads its events to inbox and heartbeat. */
export class SocketSession implements WebSocketEvents {
  constructor(
    readonly connection: WebSocketConnection,
    readonly inbox: Inbox,
    readonly heartbeat: Heartbeat,
  ) {}

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

  onMessage(data: Buffer, isBinary: boolean): void {
    this.heartbeat.heard();
    this.inbox.receive(data, isBinary);
  }

  onPing(payload: Buffer): void {
    this.heartbeat.heard();
    // A client that pings and never reads gets no further pongs.
    if (!this.connection.isOpen || !this.inbox.takeFrame()) return;
    this.connection.queue?.flushFor(this.connection);
    this.connection.outbound.write(pongFrame(payload));
  }

  onPong(): void {
    this.heartbeat.heard();
    if (this.connection.isOpen) this.inbox.takeFrame();
  }

  onClose(): void {
    this.connection.closed();
  }
}
