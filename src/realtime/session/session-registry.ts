import { Injectable } from '@nestjs/common';
import type { Socket } from 'node:net';
import { Settings } from '../../config/settings.js';
import { ConnectionRegistry } from '../connection/connection-registry.js';
import type { Visitor } from '../connection/connection-registry.js';
import type { Encoding } from '../encoding/encoding.js';
import { EntryRules } from '../entry/entry-rules.js';
import { Establishment } from '../admission/establishment.js';
import { HeartbeatScheduler } from './heartbeat-scheduler.js';
import { Inbox } from './inbox.js';
import { Outbound } from '../connection/outbound.js';
import { Reauthentication } from '../admission/reauthentication.js';
import type { RouteMatch } from '../gateway/route-table.js';
import type { ServedGateway } from '../gateway/served-gateway.js';
import type { SessionWebSocket } from '../connection/session-web-socket.js';
import { SocketSession } from './socket-session.js';
import type { Credentials } from './socket-session.js';
import { WebSocketConnection } from '../connection/web-socket-connection.js';

/** The result of a handshake. */
export interface AcceptedHandshake {
  readonly route: RouteMatch<ServedGateway>;
  readonly visitor: Visitor;
  readonly encoding: Encoding;
  readonly credentials: Credentials;
}

/** Creates the sessions of upgraded sockets. */
@Injectable()
export class SessionRegistry {
  private readonly sessions = new Set<SocketSession>();

  constructor(
    private readonly settings: Settings,
    private readonly connections: ConnectionRegistry,
    private readonly rules: EntryRules,
    private readonly heartbeats: HeartbeatScheduler,
    private readonly establishment: Establishment,
    private readonly reauthentication: Reauthentication,
  ) {}

  open(webSocket: SessionWebSocket, socket: Socket, handshake: AcceptedHandshake): void {
    const { route, visitor, encoding, credentials } = handshake;
    const outbound = new Outbound(socket, this.settings.sockets.maxOutboundBytes);
    const connection = new WebSocketConnection(route.target, route.params, webSocket, encoding, outbound);
    const inbox = new Inbox(connection, this.reauthentication, this.settings);
    const session = new SocketSession(connection, inbox, this.heartbeats.watch(connection));
    webSocket.session = session;
    this.connections.add(connection, visitor);
    this.sessions.add(session);
    connection.onceClosed(() => {
      this.sessions.delete(session);
      this.connections.remove(connection, visitor);
      route.target.disconnected(connection);
    });
    void this.rules.during(session.begin(this.establishment, credentials));
  }

  /** Resolves when no message is being handled on any socket. */
  async idle(): Promise<void> {
    await Promise.all([...this.sessions].map((session) => session.inbox.idle()));
  }
}
