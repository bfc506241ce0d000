import type { WsMessageHandler } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { RealtimeGateway } from './gateway.js';

/** Nest's handlers for one client, by message type. */
export type MessageHandlers = ReadonlyMap<string, WsMessageHandler>;
type Transform = (data: unknown) => Observable<unknown>;
interface BoundHandlers {
  readonly handlers: MessageHandlers;
  readonly transform: Transform;
}

/** A client of the gateway. Only its identity is used. */
type Client = object;

/** A gateway, with the callbacks by which Nest binds clients to its handlers. */
export class ServedGateway {
  private connect: ((client: Client) => void) | undefined;
  private readonly bound = new WeakMap<Client, BoundHandlers>();
  /** Nest's callbacks for closed sockets (`OnGatewayDisconnect`). */
  private readonly disconnectCallbacks = new WeakMap<Client, (reason?: string) => void>();

  constructor(
    /** As declared: `/ws/boards/:board`. */
    readonly path: string,
    readonly instance: RealtimeGateway,
  ) {}

  /** As clients write it: `/ws/boards/{board}/`. */
  get address(): string {
    return `${this.path.replace(/\/$/, '').replaceAll(/:(\w+)/g, '{$1}')}/`;
  }

  /** Sets Nest's callback that binds one client to the gateway's handlers. */
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
   * Returns the handlers of a client. Nest creates a closure per handler and client, so handlers are bound on the client's
   * first message: an idle socket uses no memory for them.
   */
  handlersFor(client: Client): BoundHandlers | undefined {
    if (!this.bound.has(client)) this.connect?.(client);
    return this.bound.get(client);
  }
}
