import type { RawData, WebSocket } from 'ws';
import type { Settings } from '../config/settings.js';
import type { Connection } from './connection.js';
import type { Establishment } from './establishment.js';
import { pongFrame } from './frame.js';
import { Heartbeat } from './heartbeat.js';
import { Inbox } from './inbox.js';
import type { Reauthentication } from './reauthentication.js';
import type { GivenToken } from './token-source.js';

/** The sessions by their socket, so that the event listeners can be shared functions instead of closures per socket. */
const sessions = new WeakMap<WebSocket, SocketSession>();

/** One socket from upgrade to close: wires its events to inbox and heartbeat. */
export class SocketSession {
  readonly inbox: Inbox;
  readonly heartbeat: Heartbeat;
  isOverAddressLimit = false;

  constructor(
    readonly connection: Connection,
    private readonly establishment: Establishment,
    reauthentication: Reauthentication,
    settings: Settings,
  ) {
    this.inbox = new Inbox(connection, reauthentication, settings);
    this.heartbeat = new Heartbeat(connection, settings, Date.now());
    const { webSocket } = connection;
    sessions.set(webSocket, this);
    webSocket.on('message', onMessage);
    webSocket.on('ping', onPing);
    webSocket.on('pong', onPong);
    webSocket.on('error', onError);
  }

  /** Begins the handshake proper; messages that arrive meanwhile wait. */
  begin(token: GivenToken | null, since: string | null): void {
    this.establishment.establish(this.connection, token, since).then(
      () => {
        this.heartbeat.establish();
        this.inbox.start();
      },
      (error: unknown) => {
        this.connection.closeFor(error);
      },
    );
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
