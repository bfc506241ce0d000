import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Socket } from 'node:net';
import { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/error/service-error.js';
import { ConnectionRegistry } from './connection/connection-registry.js';
import { EntryRules } from './entry/entry-rules.js';
import { Establishment } from './admission/establishment.js';
import { EventStreamConnection } from './connection/event-stream-connection.js';
import { GatewayRegistry } from './gateway/gateway-registry.js';
import { HeartbeatScheduler } from './session/heartbeat-scheduler.js';
import { Outbound } from './connection/outbound.js';
import type { HandshakeToken } from './entry/token-source.js';

/**
 * Serves the messages of a gateway as Server-Sent Events, for networks that break WebSockets. `event` is the type, `id` is the
 * position, and `Last-Event-ID` or `?since=` resumes. Apart from the HTTP head, event streams use the same code as WebSockets.
 */
@Injectable()
export class EventStreams {
  constructor(
    private readonly rules: EntryRules,
    private readonly connections: ConnectionRegistry,
    private readonly heartbeats: HeartbeatScheduler,
    private readonly establishment: Establishment,
    private readonly registry: GatewayRegistry,
    private readonly settings: Settings,
  ) {}

  /**
   * Answers the request with the event stream of the gateway at `path` (as the gateway declares it). Resolves when the stream
   * is established. Throws ServiceError if the request is rejected, before anything is sent.
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
    const { token, visitor } = this.rules.check({
      request,
      query,
      gateway: gateway.instance,
      alwaysHasOrigin: false,
    });
    const outbound = new Outbound(socket, this.settings.sockets.maxOutboundBytes);
    const sendHead = (): void => sendHeadOf(response, socket);
    const connection = new EventStreamConnection(gateway, params, { socket, outbound, sendHead });
    this.connections.add(connection, visitor);
    connection.onceClosed(() => {
      this.connections.remove(connection, visitor);
    });
    const since = request.get('last-event-id') ?? query.get('since');
    try {
      await this.rules.during(this.establish(connection, token, since));
    } catch (error) {
      if (response.headersSent) {
        connection.closeFor(error);
        return;
      }
      connection.rejected();
      throw error;
    }
  }

  private async establish(
    connection: EventStreamConnection,
    token: HandshakeToken | null,
    since: string | null,
  ): Promise<void> {
    const opening = await this.establishment.admit(connection, token);
    connection.start();
    this.heartbeats.watch(connection).completeHandshake();
    await this.establishment.join(connection, opening, since);
  }
}

/**
 * Rejects methods other than GET, and a request on a connection with unanswered earlier requests. Events are written to the raw
 * socket, so Node would neither omit them from an answer to HEAD nor queue them behind earlier answers.
 */
function requireTurn({ method }: Request, { socket }: Response): void {
  if (method !== 'GET') {
    throw new ServiceError('method_not_allowed', 'Event streams support GET only.', { headers: { Allow: 'GET' } });
  }
  // Node assigns the socket to a response when all earlier responses are complete.
  if (socket === null) {
    throw new ServiceError('invalid_message', 'Earlier requests on this connection have not been answered yet.');
  }
}

/**
 * Sends the head of a response that is not chunked and ends with the connection. So events can be written to the raw socket,
 * with the same bytes for every client.
 */
function sendHeadOf(response: Response, socket: Socket): void {
  response.useChunkedEncodingByDefault = false;
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
    // Tells nginx not to buffer events.
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  socket.setTimeout(0);
  socket.setNoDelay(true);
}
