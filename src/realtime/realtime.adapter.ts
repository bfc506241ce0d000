import type { Server } from 'node:http';
import type { INestApplication, WsMessageHandler } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { Observable } from 'rxjs';
import type { Connection } from './connection/connection.js';
import { GatewayRegistry } from './gateway/gateway-registry.js';
import { Handshake } from './handshake.js';
import type { ServedGateway } from './gateway/served-gateway.js';

/**
 * Connects Nest gateways to the socket engine. It is Nest's `WsAdapter` with everything replaced that the engine does itself: paths
 * with parameters, the handshake, the order of messages, and the end of sockets. What Nest calls a server is the gateway of one path;
 * what Nest calls a client is a `Connection`. If `attached` is false (a process without the `realtime` role), upgrade requests are
 * handled as ordinary HTTP requests.
 */
export class RealtimeAdapter extends WsAdapter {
  private readonly handshake: Handshake;
  private readonly registry: GatewayRegistry;

  constructor(app: INestApplication, attached: boolean) {
    super(app);
    this.handshake = app.get(Handshake);
    this.registry = app.get(GatewayRegistry);
    const server = this.httpServer as Server;
    if (attached) server.on('upgrade', this.handshake.upgrade.bind(this.handshake));
  }

  override create(_port: number, options: { path?: string } = {}): ServedGateway {
    const gateway = this.registry.find(options.path ?? '/');
    this.handshake.serve(gateway);
    return gateway;
  }

  override bindClientConnect(gateway: ServedGateway, callback: (client: Connection) => void): void {
    gateway.onConnect(callback as (client: object) => void);
  }

  override bindClientDisconnect(client: Connection, callback: (reason?: string) => void): void {
    client.gateway.onDisconnect(client, callback);
  }

  override bindMessageHandlers(
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
  override close(): Promise<void> {
    return Promise.resolve();
  }

  /** Throws: messages are JSON, and the engine parses them with all digits of integers. */
  override setMessageParser(): never {
    throw new Error('RealtimeAdapter has no message parser; the messages of clients are JSON.');
  }
}
