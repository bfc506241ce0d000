import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Origins } from '../../auth/origin/origins.js';
import { addressKey } from '../../client-address/address-key.js';
import { clientAddress } from '../../client-address/client-address.js';
import { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { ConnectionRegistry } from '../connection/connection-registry.js';
import type { Visitor } from '../connection/connection-registry.js';
import type { RealtimeGateway } from '../gateway/gateway.js';
import { findToken } from './token-source.js';
import type { HandshakeToken } from './token-source.js';
import { RealtimeStatus } from '../connection/realtime-status.js';

/** The maximum number of concurrent handshakes on this node. Further handshakes are rejected before they cost a query. */
const MAX_HANDSHAKES = 2_000;
const MAX_RETRY_SECONDS = 5;
/** Shared objects, indexed by `anonymous`, because each socket keeps its visitor as long as it is open. */
const UNCOUNTED = [false, true].map((anonymous): Visitor => ({ address: '', anonymous })) as [Visitor, Visitor];

/** A request to open a WebSocket or an event stream. */
export interface EntryRequest {
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  readonly gateway: RealtimeGateway;
  /**
   * Whether browsers send an Origin with every request of this kind. If so, a cookie without an Origin is rejected. True for
   * WebSockets; for event streams, browsers omit the Origin if the page has the same one.
   */
  readonly alwaysHasOrigin: boolean;
}

/** A request that passed the checks. */
export interface AcceptedRequest {
  readonly token: HandshakeToken | null;
  readonly visitor: Visitor;
}

/** The checks made before authentication, for WebSockets and event streams: capacity, origin, and limits per address. */
@Injectable()
export class EntryRules {
  private handshakes = 0;

  constructor(
    private readonly settings: Settings,
    private readonly status: RealtimeStatus,
    private readonly connections: ConnectionRegistry,
    private readonly origins: Origins,
  ) {}

  /**
   * Throws ServiceError: `unavailable` if the node is full or draining, `forbidden` for a bad origin, `too_many_connections` for
   * an address with too many connections.
   */
  check({ request, query, gateway, alwaysHasOrigin }: EntryRequest): AcceptedRequest {
    if (this.isFull) throw this.unavailable('The node is full or shutting down.');
    const token = findToken(request, query);
    const byCookie = token?.fromCookie === true && gateway.authentication !== 'none';
    const lacksOrigin = byCookie && alwaysHasOrigin && request.headers.origin === undefined;
    if (lacksOrigin || !this.allowsOrigin(request.headers, byCookie)) {
      throw new ServiceError('forbidden', 'Pages of this origin may not open connections.');
    }
    const visitor = this.visitorOf(request, gateway, token);
    if (!this.hasRoomFor(visitor)) throw this.unavailable('There are too many connections without a token.');
    if (!this.allowsAddress(visitor)) {
      throw new ServiceError('too_many_connections', 'Too many connections from this address.');
    }
    return { token, visitor };
  }

  /** Counts a handshake as in progress until its promise settles. */
  async during<T>(handshake: Promise<T>): Promise<T> {
    this.handshakes += 1;
    try {
      return await handshake;
    } finally {
      this.handshakes -= 1;
    }
  }

  /**
   * True if the node is draining, has the maximum number of sockets, or has as many handshakes in progress as the database
   * should handle at once.
   */
  private get isFull(): boolean {
    const { maxSockets } = this.settings.sockets;
    const isAtLimit = this.handshakes >= MAX_HANDSHAKES || (maxSockets > 0 && this.connections.count >= maxSockets);
    return this.status.draining || isAtLimit;
  }

  /** The time to retry is random, so that clients do not all return at once. */
  private unavailable(detail: string): ServiceError {
    const retryAfterSeconds = 1 + Math.floor(Math.random() * MAX_RETRY_SECONDS);
    return new ServiceError('unavailable', detail, { retryAfterSeconds });
  }

  private allowsOrigin(headers: IncomingHttpHeaders, byCookie: boolean): boolean {
    if (byCookie) return this.origins.allowsCookieToRead(headers);
    return headers.origin === undefined || this.origins.allows(headers.origin);
  }

  /** Whether the limit of sockets without a token allows another one. Always true for a visitor with a token. */
  private hasRoomFor({ anonymous }: Visitor): boolean {
    const limit = this.settings.sockets.maxAnonymousSockets;
    return !anonymous || limit === 0 || this.connections.anonymousCount < limit;
  }

  private allowsAddress({ address, anonymous }: Visitor): boolean {
    const { maxSocketsPerAddress, maxAnonymousSocketsPerAddress } = this.settings.sockets;
    const { connections } = this;
    if (maxSocketsPerAddress > 0 && connections.countOfAddress(address) >= maxSocketsPerAddress) return false;
    if (!anonymous || maxAnonymousSocketsPerAddress === 0) return true;
    return connections.anonymousCountOfAddress(address) < maxAnonymousSocketsPerAddress;
  }

  /** The address is empty if no limit needs it, because reading the address is a system call. */
  private visitorOf(
    request: IncomingMessage,
    { authentication }: RealtimeGateway,
    token: HandshakeToken | null,
  ): Visitor {
    const { maxSocketsPerAddress, maxAnonymousSocketsPerAddress } = this.settings.sockets;
    const anonymous = authentication === 'none' || (authentication === 'optional' && token === null);
    const isCounted = maxSocketsPerAddress > 0 || (anonymous && maxAnonymousSocketsPerAddress > 0);
    return isCounted
      ? { address: addressKey(clientAddress(request, this.settings.process.trustProxy)), anonymous }
      : UNCOUNTED[anonymous ? 1 : 0];
  }
}
