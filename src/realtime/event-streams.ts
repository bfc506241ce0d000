import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Socket } from 'node:net';
import { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';
import { Connections } from './connection/connections.js';
import type { Visitor } from './connection/connections.js';
import { EntryRules } from './entry/entry-rules.js';
import { Establishment } from './session/establishment.js';
import { EventStreamConnection } from './connection/event-stream-connection.js';
import { GatewayRegistry } from './gateway/gateway-registry.js';
import { Heartbeats } from './session/heartbeats.js';
import { Outbound } from './connection/outbound.js';
import { findToken } from './entry/token-source.js';
import type { GivenToken } from './entry/token-source.js';

/**
 * A gateway's messages as Server-Sent Events, for networks that break WebSockets: `event` = type, `id` = position,
 * `Last-Event-ID` or `?since=` resumes. Everything behind the first line of the answer is what WebSockets use.
 */
@Injectable()
export class EventStreams {
  constructor(
    private readonly rules: EntryRules,
    private readonly connections: Connections,
    private readonly heartbeats: Heartbeats,
    private readonly establishment: Establishment,
    private readonly registry: GatewayRegistry,
    private readonly settings: Settings,
  ) {}

  /**
   * Answers the request with the stream of the gateway at `path` (as it declares it). Resolves when the stream has begun;
   * throws ServiceError, before anything is sent, for a no.
   */
  async open(
    path: string,
    params: Readonly<Record<string, string>>,
    request: Request,
    response: Response,
  ): Promise<void> {
    const { socket } = request;
    requireTurn(request, response);
    const gateway = this.registry.find(path);
    const query = new URLSearchParams(request.originalUrl.split('?')[1]);
    const token = findToken(request, query);
    const visitor = this.rules.visitorOf(request, gateway.instance, token);
    this.requireRoom(request, visitor, token);
    const outbound = new Outbound(socket, this.settings.maxOutboundBytes);
    const connection = new EventStreamConnection(gateway, params, socket, outbound);
    this.connections.add(connection, visitor);
    connection.onceClosed(() => {
      this.connections.remove(connection, visitor);
    });
    const credentials = { token, since: request.get('last-event-id') ?? query.get('since') };
    try {
      const established = this.establishment.establish(connection, credentials, () => {
        sendHead(response, socket);
        this.heartbeats.watch(connection).establish();
      });
      await this.rules.during(established);
    } catch (error) {
      if (response.headersSent) {
        connection.closeFor(error);
        return;
      }
      connection.refused();
      throw error;
    }
  }

  private requireRoom(request: Request, visitor: Visitor, token: GivenToken | null): void {
    if (this.rules.isFull || !this.rules.hasRoomFor(visitor)) {
      const { retryAfterSeconds } = this.rules;
      throw new ServiceError('unavailable', 'The node is full or shutting down.', { retryAfterSeconds });
    }
    if (!this.rules.allowsOrigin(request.headers, token?.fromCookie === true)) {
      throw new ServiceError('forbidden', 'This origin may not open streams here.');
    }
    if (!this.rules.allowsAddress(visitor)) {
      throw new ServiceError('too_many_connections', 'Too many connections from this address.');
    }
  }
}

/** Events go to the raw socket: nothing keeps them behind the answers to earlier requests, and from an answer to HEAD. */
function requireTurn({ method }: Request, { socket }: Response): void {
  if (method !== 'GET') {
    throw new ServiceError('method_not_allowed', 'Event streams support GET only.', { headers: { Allow: 'GET' } });
  }
  // Node gives the socket to an answer when those before it are complete.
  if (socket === null) {
    throw new ServiceError('invalid_message', 'Earlier requests on this connection have not been answered yet.');
  }
}

/** Not chunked, ended by the connection: so whole events can be written to the raw socket, the same bytes for everyone. */
function sendHead(response: Response, socket: Socket): void {
  response.useChunkedEncodingByDefault = false;
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
    // Asks nginx not to gather events.
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  socket.setTimeout(0);
  socket.setNoDelay(true);
}
