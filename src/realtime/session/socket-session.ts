import type { Establishment } from '../admission/establishment.js';
import type { HandshakeToken } from '../entry/token-source.js';
import { pongFrame } from '../encoding/frame.js';
import type { Heartbeat } from './heartbeat.js';
import type { Inbox } from './inbox.js';
import type { WebSocketEvents } from '../connection/session-web-socket.js';
import type { WebSocketConnection } from '../connection/web-socket-connection.js';

/** The token and the position that a client sends with its handshake. */
export interface Credentials {
  readonly token: HandshakeToken | null;
  /** The position to resume from. */
  readonly since: string | null;
}

/** One WebSocket from upgrade to close. Passes events to the inbox and the heartbeat. */
export class SocketSession implements WebSocketEvents {
  constructor(
    readonly connection: WebSocketConnection,
    readonly inbox: Inbox,
    readonly heartbeat: Heartbeat,
  ) {}

  /**
   * Establishes the connection; messages that arrive meanwhile wait. Never throws: if the connection is rejected, the socket is
   * closed with the reason.
   */
  async begin(establishment: Establishment, { token, since }: Credentials): Promise<void> {
    try {
      const opening = await establishment.admit(this.connection, token);
      await establishment.join(this.connection, opening, since);
      this.heartbeat.completeHandshake();
      this.inbox.start();
    } catch (error) {
      this.connection.closeFor(error);
    }
  }

  onMessage(data: Buffer, isBinary: boolean): void {
    this.heartbeat.received();
    this.inbox.receive(data, isBinary);
  }

  onPing(payload: Buffer): void {
    this.heartbeat.received();
    // A client that exceeds the rate limit, or does not read, gets no further pongs.
    if (!this.connection.isOpen || !this.inbox.takeFrame()) return;
    this.connection.queue?.flushFor(this.connection);
    this.connection.outbound.write(pongFrame(payload));
  }

  onPong(): void {
    this.heartbeat.received();
    if (this.connection.isOpen) this.inbox.takeFrame();
  }

  onClose(): void {
    this.connection.closed();
  }
}
