import type { WsMessageHandler } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { RealtimeGateway } from './gateway.js';

/** What Nest makes of a `@SubscribeMessage` method for one client. */
export type MessageHandlers = ReadonlyMap<string, WsMessageHandler>;
type Transform = (data: unknown) => Observable<unknown>;
interface BoundHandlers {
  readonly handlers: MessageHandlers;
  readonly transform: Transform;
}

/** One of its clients; all it needs to know of a client is which one it is. */
type Client = object;

/** A gateway and how Nest wants its clients bound to it. */
export class ServedGateway {
  private connect: ((client: Client) => void) | undefined;
  private readonly bound = new WeakMap<Client, BoundHandlers>();
  /** Who wants to know of closed sockets (`OnGatewayDisconnect`). */
  private readonly disconnectCallbacks = new WeakMap<Client, (reason?: string) => void>();

  constructor(
    /** As declared: `/ws/orders/:order_id`. */
    readonly path: string,
    readonly instance: RealtimeGateway,
  ) {}

  /** As clients write it: `/ws/orders/{order_id}/`. */
  get address(): string {
    return `${this.path.replace(/\/$/, '').replaceAll(/:(\w+)/g, '{$1}')}/`;
  }

  /** From Nest: binds one client to the gateway's handlers. */
  onConnect(connect: (client: Client) => void): void {
    this.connect = connect;
  }

  setHandlers(client: Client, handlers: readonly WsMessageHandler[], transform: Transform): void {
    const byType = new Map(handlers.map((handler) => [handler.message, handler]));
    this.bound.set(client, { handlers: byType, transform });
  }

  onDisconnect(client: Client, callback: (reason?: string) => void): void {
    this.disconnectCallbacks.set(client, callback);
  }

  disconnected(client: Client): void {
    this.disconnectCallbacks.get(client)?.();
  }

  /**
   * The handlers of a client. Nest makes a closure per handler and client, so this waits until the client first says
   * something: an idle socket costs none of it.
   */
  handlersFor(client: Client): BoundHandlers | undefined {
    if (!this.bound.has(client)) this.connect?.(client);
    return this.bound.get(client);
  }
}
