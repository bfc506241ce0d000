import type { INestApplication, WebSocketAdapter, WsMessageHandler } from '@nestjs/common';
import type { Server } from 'node:http';
import type { Observable } from 'rxjs';
import type { Connection } from './connection/connection.js';
import { GatewayRegistry } from './gateway/gateway-registry.js';
import { Handshake } from './handshake.js';
import type { ServedGateway } from './gateway/served-gateway.js';

/**
 * Connects Nest gateways to the socket engine. What Nest calls a server is the gateway of one path; what Nest calls a client is
 * a `Connection`. If `attached` is false (a process without the `realtime` role), upgrade requests are handled as ordinary HTTP
 * requests.
 */
export class RealtimeAdapter implements WebSocketAdapter<ServedGateway, Connection, { path?: string }> {
  private readonly handshake: Handshake;
  private readonly registry: GatewayRegistry;

  constructor(
    private readonly app: INestApplication,
    attached: boolean,
  ) {
    this.handshake = app.get(Handshake);
    this.registry = app.get(GatewayRegistry);
    if (attached) this.httpServer.on('upgrade', this.handshake.upgrade.bind(this.handshake));
  }

  create(_port: number, options: { path?: string } = {}): ServedGateway {
    const gateway = this.registry.find(options.path ?? '/');
    this.handshake.serve(gateway);
    return gateway;
  }

  bindClientConnect(gateway: ServedGateway, callback: (client: Connection) => void): void {
    gateway.onConnect(callback as (client: object) => void);
  }

  bindClientDisconnect(client: Connection, callback: (reason?: string) => void): void {
    client.gateway.onDisconnect(client, callback);
  }

  bindMessageHandlers(
    client: Connection,
    handlers: WsMessageHandler[],
    transform: (data: unknown) => Observable<unknown>,
  ): void {
    client.gateway.setHandlers(client, handlers, transform);
  }

  /**
   * Does nothing: `Drain` has already closed the sockets. The routes stay, so that handshakes during shutdown get 503 and not
   * 404.
   */
  close(): void {
    return;
  }

  dispose(): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  private get httpServer(): Server {
    return this.app.getHttpServer() as Server;
  }
}
