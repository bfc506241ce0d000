import type { WsMessageHandler } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { Connection } from './connection.js';
import type { RealtimeGateway } from './gateway.js';

/** What Nest makes of a `@SubscribeMessage` method for one client. */
export type MessageHandlers = ReadonlyMap<string, WsMessageHandler>;
type Transform = (data: unknown) => Observable<unknown>;
interface BoundHandlers {
  readonly handlers: MessageHandlers;
  readonly transform: Transform;
}

/** A gateway and how Nest wants its clients bound to it. */
export class ServedGateway {
  private connect: ((client: Connection) => void) | undefined;
  private readonly bound = new WeakMap<Connection, BoundHandlers>();
  /** Who wants to know of closed sockets (`OnGatewayDisconnect`). */
  private readonly disconnectCallbacks = new WeakMap<Connection, (reason?: string) => void>();

  constructor(
    /** As declared: `/ws/orders/:order_id`. */
    readonly path: string,
    readonly instance: RealtimeGateway,
  ) {}

  /** From Nest: binds one client to the gateway's handlers. */
  onConnect(connect: (client: Connection) => void): void {
    this.connect = connect;
  }

  setHandlers(connection: Connection, handlers: readonly WsMessageHandler[], transform: Transform): void {
    const byType = new Map(handlers.map((handler) => [handler.message, handler]));
    this.bound.set(connection, { handlers: byType, transform });
  }

  onDisconnect(connection: Connection, callback: (reason?: string) => void): void {
    this.disconnectCallbacks.set(connection, callback);
  }

  disconnected(connection: Connection): void {
    this.disconnectCallbacks.get(connection)?.();
  }

  /**
   * The handlers of a client. Nest makes a closure per handler and client, so this waits until the client first says
   * something: an idle socket costs none of it.
   */
  handlersFor(connection: Connection): BoundHandlers | undefined {
    if (!this.bound.has(connection)) this.connect?.(connection);
    return this.bound.get(connection);
  }
}
