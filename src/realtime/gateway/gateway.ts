import type { Type } from '@nestjs/common';
import type { Message } from '../../channel-layer/interface/message.js';
import type { Principal, Role } from '../../auth/principal/principal.js';

/** A JSON object sent to a client. */
export interface ServerMessage {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** The origin of a group message. */
export interface MessageSource {
  /** The stream of a durable message. For other messages, the group; a group made by `ownGroup(stream)` is given as `stream`. */
  readonly name: string;
  /** Whether the message is an entry of the log. Messages from Django are not. */
  readonly isDurable: boolean;
}

/** A request to open a socket, as passed to `RealtimeGateway.open`. */
export interface OpenRequest<P extends Principal | null = Principal | null> {
  readonly principal: P;
  /** Path parameters, decoded: `/ws/boards/:board` -> `{board}`. */
  readonly params: Readonly<Record<string, string>>;
}

/** An admitted socket, as its gateway sees it. */
export interface AdmittedSocket {
  readonly id: string;
  /** Calls back when the socket has closed, for whatever reason. */
  onceClosed(callback: () => void): void;
  /** Closes the socket with a `disconnect` message that gives the reason, and with the close code of the error. */
  closeFor(error: unknown): void;
}

/** An open socket that a message was written to. */
export interface Recipient extends AdmittedSocket {
  readonly principal: Principal | null;
  /** `Opening.state`. */
  readonly state: unknown;
}

/** What a gateway returns when it admits a socket: the streams and groups the socket subscribes to, and its greeting. */
export interface Opening {
  /**
   * Durable streams that the socket follows, at most two. The second is the stream that all users share (broadcasts). The
   * engine joins two groups for each stream: the group with the stream's name, shared with Django, and our own group,
   * `ownGroup(stream)`.
   */
  readonly streams: readonly string[];
  /** Further groups to join, which have no log. */
  readonly groups?: readonly string[];
  /**
   * Returns the members of `connection_established` that the engine does not set. Called after the groups are joined. `from` is
   * the client's position in each stream.
   */
  readonly greeting?: (from: readonly number[]) => Promise<Record<string, unknown>>;
  /**
   * The position in the first stream up to which entries are not for this socket. A `?since=` before this position is answered
   * with `resumed: false`. Default: 0.
   */
  readonly notBefore?: number;
  /** False: `?since=` is ignored, because the greeting contains the complete state. Default: true. */
  readonly resumable?: boolean;
  /**
   * The language of the socket's messages, passed to `toClientMessage`, for gateways with translated messages. Sockets of the
   * same streams in different languages are different audiences, so use this for streams with few sockets. Default: null.
   */
  readonly language?: string;
  /**
   * Called after `connection_established` was sent. Returns ephemeral state for the socket, or null. When the socket has caught
   * up, this state is sent, or instead a newer message of the same type that arrived meanwhile, if the type is `latestOnly`.
   * Must not block.
   */
  readonly onEstablished?: (socket: AdmittedSocket) => ServerMessage | null;
  /** Available to the gateway's handlers as `connection.state`. */
  readonly state?: unknown;
}

/** How `realtime/token` and `realtime/info` list a gateway. */
export interface EndpointDescription {
  readonly name: string;
  readonly description: string;
  /** The role whose users see the endpoint. Default: all users. */
  readonly role?: Role;
}

/**
 * The parts of `/api/asyncapi.json` that cannot be derived from the code. Client messages are derived from the
 * `@SubscribeMessage` methods and the classes of their bodies. Message classes are described with `@ApiProperty`, examples
 * included; see `*.messages.ts`.
 */
export interface GatewayDocumentation {
  /** Who may open the socket, and for what purpose. Default: the description of `endpoint`. */
  readonly description?: string;
  /** Descriptions of the path parameters, by name. */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * The members of `connection_established` that the engine does not set. Null if `connection_established` is not sent, because
   * the socket subscribes to nothing.
   */
  readonly greeting?: Type | null;
  /** The messages that the gateway sends, answers included. The property `type` of each class is an enum with one value. */
  readonly sends?: readonly Type[];
  /** The messages that the gateway causes on sockets of other gateways, by endpoint name. */
  readonly sendsTo?: Readonly<Record<string, readonly Type[]>>;
}

/**
 * The interface that a class with `@WebSocketGateway({ path })` implements to be served by the engine. Message handlers are
 * plain `@SubscribeMessage('type')` methods with the parameters `@ConnectedSocket() connection: Connection` and
 * `@MessageBody() body: Dto`. The return value is sent as the answer; the engine adds `request_id`. If a handler returns
 * nothing and the client sent a `request_id`, the answer is `{type: "accepted"}`. The class must have
 * `@UseFilters(WebSocketErrorFilter)`.
 */
export interface RealtimeGateway {
  /**
   * `required`: a handshake without a token is rejected (4001). `optional`: the principal may be null. `none`: tokens are
   * ignored. Default: `required`.
   */
  readonly authentication?: 'required' | 'optional' | 'none';
  /** If absent, the gateway is not listed. */
  readonly endpoint?: EndpointDescription;
  /** For `/api/asyncapi.json`. */
  readonly documentation?: GatewayDocumentation;
  /** The features that this gateway adds to the list in `realtime/info`. */
  readonly features?: readonly string[];
  /**
   * Types of ephemeral client messages that describe a current state, such as a count. While a socket cannot take live messages,
   * only the newest message of such a type is kept for it. Default: none; all are kept, up to a limit.
   */
  readonly latestOnly?: ReadonlySet<string>;
  /**
   * True: sockets receive only some of the messages of their streams, so messages for which `toClientMessage` returns null are
   * neither counted nor logged. Default: false.
   */
  readonly filtersMessages?: boolean;
  /**
   * Decides whether the principal may open this path. If not, throws ServiceError: forbidden (4003), not_found (4004) or
   * unauthenticated (4001).
   */
  open(request: OpenRequest): Opening | Promise<Opening>;
  /**
   * Converts a group message (from Tidings, Django or the log; dots in `type` are already replaced with underscores) to the
   * message for clients, without `position`, which the engine adds to durable messages. Returns null if the gateway does not
   * know the message, which is then counted and dropped. Must be a pure function: the engine may call it any number of times,
   * even if no socket gets the message.
   */
  toClientMessage(message: Message, source: MessageSource, language: string | null): ServerMessage | null;
  /**
   * Called after an entry of the first stream was written to these open sockets: all live sockets of an audience, or one socket
   * that read the entry from the log and may have received it before. Not called for the second stream, nor if no socket
   * accepted the message. Must neither block nor throw.
   */
  written?(message: Message, recipients: readonly Recipient[]): void;
}
