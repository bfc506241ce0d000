import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { Settings } from '../config/settings.js';
import { CLOSE_REASONS } from './close-codes.js';
import { OriginRule } from './origin-rule.js';
import { refuseUpgrade } from './refuse-upgrade.js';
import { RouteTable } from './route-table.js';
import type { RouteMatch } from './route-table.js';
import type { ServedGateway } from './served-gateway.js';
import { SocketSessions } from './socket-sessions.js';
import { RealtimeStatus } from './realtime-status.js';
import { findToken, SUBPROTOCOL } from './token-source.js';

const RETRY_AFTER_SECONDS = 5;

/** What can be said before the upgrade: full or draining 503, unknown path 404, bad origin 403. All else is said on the socket. */
@Injectable()
export class Handshake {
  private readonly logger = new Logger('Handshake');
  private readonly routes = new RouteTable<ServedGateway>();
  private readonly origins: OriginRule;
  private readonly server: WebSocketServer;

  constructor(
    private readonly settings: Settings,
    private readonly status: RealtimeStatus,
    private readonly sessions: SocketSessions,
  ) {
    this.origins = new OriginRule(settings.allowedHosts);
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: settings.maxMessageBytes,
      perMessageDeflate: false,
      // Answered by the session, which looks at the outbound queue first.
      autoPong: false,
      // The token travels among the offered names and must not be given back.
      handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.server.on('wsClientError', (error, socket) => {
      this.logger.debug(`a handshake that is none: ${error.message}`);
      refuseUpgrade(socket, 400, error.message);
    });
  }

  serve(gateway: ServedGateway): void {
    this.routes.add(gateway.path, gateway);
  }

  /** For the `upgrade` event of the HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener a reset by the peer would end the process.
    socket.on('error', (error) => {
      this.logger.debug(`socket error during the handshake: ${error.message}`);
    });
    const url = parseTarget(request.url);
    const route = url && this.routes.match(url.pathname);
    if (!url || !route) {
      refuseUpgrade(socket, 404, 'no WebSocket endpoint at this path');
      return;
    }
    if (this.isFull()) {
      refuseUpgrade(socket, 503, 'full or shutting down', RETRY_AFTER_SECONDS);
      return;
    }
    if (!this.mayEnter(request, url, route)) {
      refuseUpgrade(socket, 403, 'this origin may not open sockets here');
      return;
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      this.open(webSocket, socket as Socket, request, url, route);
    });
  }

  private open(
    webSocket: WebSocket,
    socket: Socket,
    request: IncomingMessage,
    url: URL,
    route: RouteMatch<ServedGateway>,
  ): void {
    const session = this.sessions.open(webSocket, socket, route, this.addressOf(request));
    if (session.isOverAddressLimit) {
      session.connection.close(CLOSE_REASONS.tooManyConnections);
      return;
    }
    session.begin(findToken(request, url.searchParams), url.searchParams.get('since'));
  }

  private isFull(): boolean {
    const { maxSockets } = this.settings;
    return this.status.draining || (maxSockets > 0 && this.status.connections >= maxSockets);
  }

  /** A browser sends the cookie whoever asked it to, so a cookie without an origin proves nothing. */
  private mayEnter(request: IncomingMessage, url: URL, route: RouteMatch<ServedGateway>): boolean {
    const { origin } = request.headers;
    if (origin !== undefined) return this.origins.allows(origin);
    if (route.target.instance.authentication === 'none') return true;
    return findToken(request, url.searchParams)?.fromCookie !== true;
  }

  /** Behind a proxy: the address the last proxy saw, since earlier ones are the client's own word. */
  private addressOf(request: IncomingMessage): string {
    const forwarded = this.settings.trustProxy ? request.headers['x-forwarded-for'] : undefined;
    const last = [forwarded].flat().join(',').split(',').at(-1)?.trim();
    return last || (request.socket.remoteAddress ?? '');
  }
}

function parseTarget(target: string | undefined): URL | null {
  try {
    return new URL(target ?? '/', 'http://localhost');
  } catch {
    return null;
  }
}
