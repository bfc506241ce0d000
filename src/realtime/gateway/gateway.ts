import type { Type } from '@nestjs/common';
import type { Message } from '../../channel-layer/interface/message.js';
import type { Principal, Role } from '../../auth/principal/principal.js';

/** A JSON object sent to a client. */
export interface ServerMessage {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Where a group message came from. */
export interface MessageSource {
  /** The stream of a durable message, the group of any other one; a group of ours goes by the name of its stream. */
  readonly name: string;
  /** Whether the message is an entry of the log. Messages from Django are not. */
  readonly isDurable: boolean;
}

/** What a gateway is asked when a socket wants in. */
export interface OpenRequest<P extends Principal | null = Principal | null> {
  readonly principal: P;
  /** Path parameters, decoded: `/ws/orders/:order_id` -> `{order_id}`. */
  readonly params: Readonly<Record<string, string>>;
}

/** A socket that has come in, as its gateway sees it. */
export interface Entrant {
  readonly id: string;
  /** Calls back when the socket is gone, however it ended. */
  onceClosed(callback: () => void): void;
  /** Ends the socket: `disconnect` with the reason, and the close code of the error. */
  closeFor(error: unknown): void;
}

/** An open socket that a message was written to. */
export interface Recipient extends Entrant {
  readonly principal: Principal | null;
  /** `Opening.state`. */
  readonly state: unknown;
}

/** A gateway's yes: what the socket hears, and what it is told first. */
export interface Opening {
  /**
   * Durable streams the socket follows, at most two; the second is the one shared by all (broadcasts). Their groups (the
   * one named like the stream, shared with Django, and our own one, `ownGroup(stream)`) are joined by the engine.
   */
  readonly streams: readonly string[];
  /** Further groups, without a log. */
  readonly groups?: readonly string[];
  /**
   * Members of `connection_established` beside those of the engine; read after the groups are joined. `from` is where the client
   * stands in each stream.
   */
  readonly greeting?: (from: readonly number[]) => Promise<Record<string, unknown>>;
  /**
   * Of the first stream: entries up to this position are not for this socket. A `?since=` before it is answered with
   * `resumed: false`. Default: 0.
   */
  readonly notBefore?: number;
  /** False: `?since=` is not looked at, since the greeting says all there is to know. Default: true. */
  readonly resumable?: boolean;
  /**
   * The language in which the socket gets its messages, for gateways that have some: `toClientMessage` gets it. Sockets of the
   * same streams in different languages are different audiences, so use it for streams with few sockets. Default: null.
   */
  readonly language?: string;
  /**
   * Called when `connection_established` was sent. What it gives back is ephemeral state: the socket gets it once it has
   * caught up, or a newer message of the same type that came meanwhile. It must not wait.
   */
  readonly entered?: (entrant: Entrant) => ServerMessage | null;
  /** Kept as `connection.state` for the gateway's own handlers. */
  readonly state?: unknown;
}

/** How `realtime/token` and `realtime/info` tell clients of a gateway. */
export interface EndpointDescription {
  readonly name: string;
  readonly description: string;
  /** Who is told of it. Default: everyone. */
  readonly role?: Role;
}

/**
 * What `/api/asyncapi.json` cannot see by itself. What clients send it takes from the `@SubscribeMessage` methods and the
 * classes of their bodies. Classes are described with `@ApiProperty`, examples included; see `*.messages.ts`.
 */
export interface GatewayDocumentation {
  /** Who may open it, and what for. Default: the description of `endpoint`. */
  readonly description?: string;
  /** Path parameters and what they are. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Members of `connection_established` beside those of the engine; null where none is sent, since nothing is heard. */
  readonly greeting?: Type | null;
  /** What the gateway sends, answers included; the property `type` of each class is an enum of one. */
  readonly sends?: readonly Type[];
  /** What it causes on the sockets of other rooms, by the name of their endpoint. */
  readonly sendsTo?: Readonly<Record<string, readonly Type[]>>;
}

/**
 * What a class with `@WebSocketGateway({ path })` adds so that the engine can serve it. Handlers are plain
 * `@SubscribeMessage('type')` methods taking `@ConnectedSocket() connection: Connection` and `@MessageBody() body: Dto`; what
 * they return is the answer (the engine adds `request_id`); nothing returned and a `request_id` given: `{type: "accepted"}`.
 * The class carries `@UseFilters(WebSocketErrorFilter)`.
 */
export interface RealtimeGateway {
  /** `required`: no token, no entry (4001). `optional`: the principal may be null. `none`: tokens are not looked at. Default `required`. */
  readonly authentication?: 'required' | 'optional' | 'none';
  /** Absent: not listed. */
  readonly endpoint?: EndpointDescription;
  /** For `/api/asyncapi.json`. */
  readonly documentation?: GatewayDocumentation;
  /**
   * True: its sockets are shown a part of what their streams carry, so what `toClientMessage` does not know is left out in
   * silence. Default: false.
   */
  readonly withholds?: boolean;
  /** May this principal open this path? Throws ServiceError (forbidden 4003, not_found 4004, unauthenticated 4001) for no. */
  open(request: OpenRequest): Opening | Promise<Opening>;
  /**
   * A group message (from us, from Django or from the log; `type` with dots already turned into underscores) as the message
   * clients see, without `position`, which the engine adds for durable ones. Null: not known here, counted and dropped. It is a
   * pure function: the engine calls it as often as it likes, also when no socket gets the message.
   */
  toClientMessage(message: Message, source: MessageSource, language: string | null): ServerMessage | null;
  /**
   * An entry of the first stream was written to these open sockets: to all live ones of an audience, or to one that read it from
   * the log, also when it had it before. Not called for the second stream, nor while no socket has taken the message. It must
   * neither wait nor throw.
   */
  written?(message: Message, recipients: readonly Recipient[]): void;
}
