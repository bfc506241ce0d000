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

/** Handshakes under way at once on this node. Those beyond wait outside, where they cost nothing. */
const MOST_HANDSHAKES = 2_000;
const LONGEST_RETRY_SECONDS = 5;
/** One object for all, known and anonymous: a socket keeps its own as long as it lives. */
const UNCOUNTED = [false, true].map((anonymous): Visitor => ({ address: '', anonymous })) as [Visitor, Visitor];

/** What is looked at before anybody is asked who they are. */
@Injectable()
export class EntryRules {
  private handshakes = 0;

  constructor(
    private readonly settings: Settings,
    private readonly status: RealtimeStatus,
    private readonly connections: Connections,
    private readonly origins: Origins,
  ) {}

  /** Whether the page that sent these headers may open a socket or stream. `byCookie`: the cookie is what authenticates it. */
  allowsOrigin(headers: IncomingHttpHeaders, byCookie: boolean): boolean {
    if (byCookie) return this.origins.allowsCookieToRead(headers);
    return headers.origin === undefined || this.origins.allows(headers.origin);
  }

  /** No room, about to stop, or as many handshakes under way as the database should have to bear at once. */
  get isFull(): boolean {
    const { maxSockets } = this.settings;
    const isCrowded = this.handshakes >= MOST_HANDSHAKES || (maxSockets > 0 && this.connections.count >= maxSockets);
    return this.status.draining || isCrowded;
  }

  /** How long one who finds no room is asked to wait: not the same for all, so that they do not come back as one crowd. */
  get retryAfterSeconds(): number {
    return 1 + Math.floor(Math.random() * LONGEST_RETRY_SECONDS);
  }

  /** Counts a handshake as under way until it is done, whatever becomes of it. */
  async during<T>(handshake: Promise<T>): Promise<T> {
    this.handshakes += 1;
    try {
      return await handshake;
    } finally {
      this.handshakes -= 1;
    }
  }

  /** Whether there is room for a further visitor without a token. */
  hasRoomFor({ anonymous }: Visitor): boolean {
    const limit = this.settings.maxAnonymousSockets;
    return !anonymous || limit === 0 || this.connections.anonymousCount < limit;
  }

  /** Whether the address may open a further connection. */
  allowsAddress({ address, anonymous }: Visitor): boolean {
    const { maxSocketsPerAddress, maxAnonymousSocketsPerAddress } = this.settings;
    const { connections } = this;
    if (maxSocketsPerAddress > 0 && connections.countOfAddress(address) >= maxSocketsPerAddress) return false;
    if (!anonymous || maxAnonymousSocketsPerAddress === 0) return true;
    return connections.anonymousCountOfAddress(address) < maxAnonymousSocketsPerAddress;
  }

  /** The address is left empty when no limit needs it, since reading it is a system call. */
  visitorOf(request: IncomingMessage, { authentication }: RealtimeGateway, token: GivenToken | null): Visitor {
    const { maxSocketsPerAddress, maxAnonymousSocketsPerAddress, trustProxy } = this.settings;
    const anonymous = authentication === 'none' || (authentication === 'optional' && token === null);
    const isCounted = maxSocketsPerAddress > 0 || (anonymous && maxAnonymousSocketsPerAddress > 0);
    return isCounted
      ? { address: addressKey(clientAddress(request, trustProxy)), anonymous }
      : UNCOUNTED[anonymous ? 1 : 0];
  }
}
