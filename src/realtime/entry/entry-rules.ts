import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Origins } from '../../auth/origin/origins.js';
import { addressKey } from '../../client-address/address-key.js';
import { clientAddress } from '../../client-address/client-address.js';
import { Settings } from '../../config/settings.js';
import { Connections } from '../connection/connections.js';
import type { Visitor } from '../connection/connections.js';
import type { RealtimeGateway } from '../gateway/gateway.js';
import type { GivenToken } from './token-source.js';
import { RealtimeStatus } from '../connection/realtime-status.js';

/** The maximum number of concurrent handshakes on this node. Further ones are rejected before they cost a query. */
const MOST_HANDSHAKES = 2_000;
const LONGEST_RETRY_SECONDS = 5;
/** Shared objects, indexed by `anonymous`, because each socket keeps its visitor as long as it is open. */
const UNCOUNTED = [false, true].map((anonymous): Visitor => ({ address: '', anonymous })) as [Visitor, Visitor];

/** The checks made before authentication: origin, capacity, and limits per address. */
@Injectable()
export class EntryRules {
  private handshakes = 0;

  constructor(
    private readonly settings: Settings,
    private readonly status: RealtimeStatus,
    private readonly connections: Connections,
    private readonly origins: Origins,
  ) {}

  /**
   * Whether the page that sent these headers may open a socket or stream. `byCookie`: the request is authenticated by the
   * cookie.
   */
  allowsOrigin(headers: IncomingHttpHeaders, byCookie: boolean): boolean {
    if (byCookie) return this.origins.allowsCookieToRead(headers);
    return headers.origin === undefined || this.origins.allows(headers.origin);
  }

  /**
   * True if the node is draining, has the maximum number of sockets, or has as many handshakes in progress as the database
   * should handle at once.
   */
  get isFull(): boolean {
    const { maxSockets } = this.settings;
    const isCrowded = this.handshakes >= MOST_HANDSHAKES || (maxSockets > 0 && this.connections.count >= maxSockets);
    return this.status.draining || isCrowded;
  }

  /** Seconds after which a rejected client should retry. Random, so that clients do not all return at once. */
  get retryAfterSeconds(): number {
    return 1 + Math.floor(Math.random() * LONGEST_RETRY_SECONDS);
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

  /** Whether the limit of sockets without a token allows another one. Always true for a visitor with a token. */
  hasRoomFor({ anonymous }: Visitor): boolean {
    const limit = this.settings.maxAnonymousSockets;
    return !anonymous || limit === 0 || this.connections.anonymousCount < limit;
  }

  /** Whether the limits per address allow another connection. */
  allowsAddress({ address, anonymous }: Visitor): boolean {
    const { maxSocketsPerAddress, maxAnonymousSocketsPerAddress } = this.settings;
    const { connections } = this;
    if (maxSocketsPerAddress > 0 && connections.countOfAddress(address) >= maxSocketsPerAddress) return false;
    if (!anonymous || maxAnonymousSocketsPerAddress === 0) return true;
    return connections.anonymousCountOfAddress(address) < maxAnonymousSocketsPerAddress;
  }

  /** The address is empty if no limit needs it, because reading the address is a system call. */
  visitorOf(request: IncomingMessage, { authentication }: RealtimeGateway, token: GivenToken | null): Visitor {
    const { maxSocketsPerAddress, maxAnonymousSocketsPerAddress, trustProxy } = this.settings;
    const anonymous = authentication === 'none' || (authentication === 'optional' && token === null);
    const isCounted = maxSocketsPerAddress > 0 || (anonymous && maxAnonymousSocketsPerAddress > 0);
    return isCounted
      ? { address: addressKey(clientAddress(request, trustProxy)), anonymous }
      : UNCOUNTED[anonymous ? 1 : 0];
  }
}
