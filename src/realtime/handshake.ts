import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { PerMessageDeflateOptions, Server, ServerOptions } from 'ws';
import { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/error/service-error.js';
import { toServiceError } from '../errors/error/to-service-error.js';
import { closeReason } from './gateway/close-codes.js';
import { closeUpgraded } from './entry/close-upgraded.js';
import { DEFLATED_WEB_SOCKET_ENCODING, WEB_SOCKET_ENCODING } from './encoding/encoding.js';
import type { Encoding } from './encoding/encoding.js';
import { EntryRules } from './entry/entry-rules.js';
import type { AcceptedRequest, EntryRequest } from './entry/entry-rules.js';
import { rejectUpgrade } from './entry/reject-upgrade.js';
import { RouteTable } from './gateway/route-table.js';
import type { ServedGateway } from './gateway/served-gateway.js';
import { SessionWebSocket } from './connection/session-web-socket.js';
import { SessionRegistry } from './session/session-registry.js';
import { SUBPROTOCOL } from './entry/token-source.js';

/**
 * The cost of a fragment does not depend on its size, so the number of fragments is limited: 64 per message, plus one for each
 * KiB of the maximum message size.
 */
const FREE_FRAGMENTS = 64;
const FRAGMENT_BYTES = 1_024;

/** An option of `ws` that is missing from its types. */
interface FragmentLimit {
  readonly maxFragments: number;
}

/** Compresses each message independently, so that the same bytes can be sent to every socket. */
const COMPRESSION: PerMessageDeflateOptions = { serverNoContextTakeover: true, clientNoContextTakeover: true };

/**
 * Handles upgrade requests. Before the upgrade, an unknown path is rejected with 404, a full or draining node with 503, and a
 * bad origin with 403. All other errors are sent on the socket, because browsers hide the HTTP status of a handshake.
 */
@Injectable()
export class Handshake {
  private readonly logger = new Logger('Handshake');
  private readonly routes = new RouteTable<ServedGateway>();
  private readonly server: Server<typeof SessionWebSocket>;
  /** Shared by all handshakes: a closure per handshake would keep the request in memory as long as the socket. */
  private readonly onSocketError = (error: Error): void => {
    this.logger.debug(`socket error during the handshake: ${error.message}`);
  };

  constructor(
    settings: Settings,
    private readonly rules: EntryRules,
    private readonly sessions: SessionRegistry,
  ) {
    const options: FragmentLimit & ServerOptions<typeof SessionWebSocket> = {
      noServer: true,
      WebSocket: SessionWebSocket,
      clientTracking: false,
      maxPayload: settings.sockets.maxMessageBytes,
      maxFragments: FREE_FRAGMENTS + Math.ceil(settings.sockets.maxMessageBytes / FRAGMENT_BYTES),
      perMessageDeflate: settings.sockets.compression && COMPRESSION,
      // The session answers pings, because it checks the outbound queue first.
      autoPong: false,
      // The token is one of the offered subprotocols and must not be returned.
      handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    };
    this.server = new WebSocketServer(options);
    this.server.on('wsClientError', (error, socket) => {
      this.logger.debug(`malformed WebSocket handshake: ${error.message}`);
      rejectUpgrade(socket, 400, error.message);
    });
  }

  serve(gateway: ServedGateway): void {
    this.routes.add(gateway.path, gateway);
  }

  /** Handles the `upgrade` event of the HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener, a connection reset by the peer would end the process.
    socket.on('error', this.onSocketError);
    const url = parseTarget(request.url);
    const route = url && this.routes.match(url.pathname);
    if (!url || !route) {
      rejectUpgrade(socket, 404, 'no WebSocket endpoint at this path');
      return;
    }
    const { searchParams: query } = url;
    const accepted = this.check({ request, query, gateway: route.target.instance, alwaysHasOrigin: true });
    if (accepted instanceof ServiceError && accepted.code !== 'too_many_connections') {
      rejectUpgrade(socket, accepted.row.status, accepted.detail, accepted.retryAfterSeconds);
      return;
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      // From here on, `ws` handles the errors of the socket.
      socket.off('error', this.onSocketError);
      if (accepted instanceof ServiceError) {
        closeUpgraded(webSocket, closeReason(accepted.row.closeCode, accepted.detail));
        return;
      }
      const { token, visitor } = accepted;
      const credentials = { token, since: query.get('since') };
      const encoding = encodingFor(request, webSocket);
      this.sessions.open(webSocket, socket as Socket, { route, visitor, encoding, credentials });
    });
  }

  private check(request: EntryRequest): AcceptedRequest | ServiceError {
    try {
      return this.rules.check(request);
    } catch (error) {
      return toServiceError(error);
    }
  }
}

/**
 * A client that asks for a smaller compression window gets uncompressed messages, which permessage-deflate allows. The
 * compressed frames, shared by all sockets, use the default window.
 */
function encodingFor({ headers }: IncomingMessage, { extensions }: SessionWebSocket): Encoding {
  const sharesFrames = !headers['sec-websocket-extensions']?.includes('server_max_window_bits');
  return extensions !== '' && sharesFrames ? DEFLATED_WEB_SOCKET_ENCODING : WEB_SOCKET_ENCODING;
}

function parseTarget(target: string | undefined): URL | null {
  try {
    return new URL(target ?? '/', 'http://localhost');
  } catch {
    return null;
  }
}
