import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { TokenAuthenticator } from '../auth/token-authenticator.js';
import { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';
import { StreamPositions } from '../streams/stream-positions.js';
import { StreamReader } from '../streams/stream-reader.js';
import type { Audience } from './audience.js';
import { Audiences } from './audiences.js';
import { CatchUp } from './catch-up.js';
import { CLOSE_REASONS } from './close-codes.js';
import type { Connection } from './connection.js';
import { Connections } from './connections.js';
import type { Opening } from './gateway.js';
import type { GivenToken } from './token-source.js';

/** Where a client begins, and how many messages it is behind. */
interface Start {
  readonly from: readonly number[];
  readonly resumed: boolean;
  readonly replayed: number;
}

/**
 * From an upgraded socket to an established one: token, the gateway's yes, join, read, `connection_established`, backlog.
 * Joining comes before reading: the other way round, what is published in between would be lost.
 */
@Injectable()
export class Establishment {
  constructor(
    private readonly tokens: TokenAuthenticator,
    private readonly connections: Connections,
    private readonly audiences: Audiences,
    private readonly positions: StreamPositions,
    private readonly reader: StreamReader,
    private readonly catchUp: CatchUp,
    private readonly settings: Settings,
  ) {}

  /** Throws ServiceError for a no, which becomes `disconnect` frame and close code. */
  async establish(connection: Connection, token: GivenToken | null, since: string | null): Promise<void> {
    connection.principal = await this.authenticate(connection, token);
    if (!this.admit(connection)) return;
    const opening = await connection.gateway.instance.open({
      principal: connection.principal,
      params: connection.params,
    });
    connection.state = opening.state;
    if (!connection.isOpen) return;
    await this.join(connection, opening, since);
  }

  private async authenticate(connection: Connection, token: GivenToken | null): Promise<Principal | null> {
    const wanted = connection.gateway.instance.authentication ?? 'required';
    if (wanted === 'none') return null;
    if (token) return this.tokens.authenticate(token.token, token.use);
    if (wanted === 'optional') return null;
    throw new ServiceError('unauthenticated', 'a token is needed');
  }

  /** Counts the socket as its user's; the newcomer is closed when there are too many. */
  private admit(connection: Connection): boolean {
    if (!connection.isOpen) return false;
    const userId = connection.principal?.userId;
    if (userId === undefined) return true;
    if (this.connections.ofUser(userId).size >= this.settings.maxSocketsPerUser) {
      connection.close(CLOSE_REASONS.tooManyConnections);
      return false;
    }
    this.connections.assign(connection, userId);
    return true;
  }

  private async join(connection: Connection, opening: Opening, since: string | null): Promise<void> {
    if (opening.streams.length === 0 && !opening.groups && !opening.greeting) return;
    const audience = await this.audiences.join(connection, opening);
    const start = await this.whereToStart(audience, since);
    // Read after joining: what changes from here on reaches the client as a message.
    const greeting = (await opening.greeting?.()) ?? {};
    connection.send({
      type: 'connection_established',
      ...greeting,
      position: audience.positionText(start.from),
      resumed: start.resumed,
      replayed: start.replayed,
      ping_interval: this.settings.pingInterval,
    });
    connection.beforeSend = () => {
      if (audience.live.has(connection)) audience.flush();
    };
    this.catchUp.start(connection, audience, start.from);
  }

  private async whereToStart(audience: Audience, since: string | null): Promise<Start> {
    const resumed = since === null ? null : await this.resumeFrom(audience, since);
    const now = audience.positions();
    if (!resumed) return { from: now, resumed: false, replayed: 0 };
    const behind = now.map((position, index) => position - (resumed[index] ?? position));
    return { from: resumed, resumed: true, replayed: behind.reduce((sum, count) => sum + count, 0) };
  }

  /** The positions a client stands at, or null when they are not ours or older than what is kept. */
  private async resumeFrom(audience: Audience, since: string): Promise<number[] | null> {
    const positions = this.positions.codec.decode(since, audience.streamNames);
    if (!positions) return null;
    const extents = await Promise.all(audience.streamNames.map((name) => this.reader.extent(name)));
    const kept = positions.every((position, index) => {
      const extent = extents[index];
      return extent !== undefined && position <= extent.head && position >= extent.trimmed;
    });
    if (!kept) return null;
    // The client may come from a node that was ahead of this one.
    await Promise.all(audience.streams.map((stream, index) => stream.reached(positions[index] ?? 0)));
    return positions;
  }
}
