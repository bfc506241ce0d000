import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import type { Connection } from '../connection/connection.js';
import { Admission } from './admission.js';
import { PendingAdmissions } from './pending-admissions.js';
import type { HandshakeToken } from '../entry/token-source.js';
import type { Audience } from '../fan-out/audience.js';
import { AudienceRegistry } from '../fan-out/audience-registry.js';
import { CatchUp } from '../fan-out/catch-up.js';
import { Resume } from '../fan-out/resume.js';
import type { Opening } from '../gateway/gateway.js';
import type { ConnectionEstablishedMessage } from '../gateway/realtime.messages.js';

/**
 * Establishes a connection in two steps. `admit` decides whether it may be open. `join` joins its groups, reads the log, sends
 * `connection_established` and then the missed messages. Joining comes before reading: in the other order, messages published
 * between the two would be lost.
 */
@Injectable()
export class Establishment {
  constructor(
    private readonly admission: Admission,
    private readonly pendingAdmissions: PendingAdmissions,
    private readonly audiences: AudienceRegistry,
    private readonly resume: Resume,
    private readonly catchUp: CatchUp,
    private readonly settings: Settings,
  ) {}

  /**
   * Sends nothing. Commands to close sockets that arrive meanwhile are applied afterwards. Throws ServiceError if the connection is
   * rejected or the database is unavailable.
   */
  admit(connection: Connection, token: HandshakeToken | null): Promise<Opening> {
    return this.pendingAdmissions.during(connection, () => this.admission.admit(connection, token));
  }

  /**
   * `since` is the position to resume from. Does nothing if the connection subscribes to nothing or has closed meanwhile. Throws
   * if the database is unavailable.
   */
  async join(connection: Connection, opening: Opening, since: string | null): Promise<void> {
    const subscribesToNothing = opening.streams.length === 0 && !opening.groups && !opening.greeting;
    if (subscribesToNothing || !connection.isOpen) return;
    const audience = await this.audiences.join(connection, opening);
    await this.greet(connection, audience, opening, since);
  }

  private async greet(
    connection: Connection,
    audience: Audience,
    opening: Opening,
    since: string | null,
  ): Promise<void> {
    if (!connection.isOpen) return;
    const point = await this.resume.find(audience, opening.resumable === false ? null : since, opening.notBefore);
    // Read after joining, so that later changes reach the client as messages.
    const greeting = (await opening.greeting?.(point.from)) ?? {};
    connection.send({
      type: 'connection_established',
      ...greeting,
      position: audience.positionText(point.from),
      resumed: point.resumed,
      replayed: point.replayed,
      ping_interval: this.settings.sockets.pingInterval,
    } satisfies ConnectionEstablishedMessage);
    this.startCatchUp(connection, audience, opening, point.from);
  }

  private startCatchUp(connection: Connection, audience: Audience, opening: Opening, from: readonly number[]): void {
    // If the connection has closed meanwhile, a close callback registered by `onEstablished` would never run.
    const state = connection.isOpen ? (opening.onEstablished?.(connection) ?? null) : null;
    connection.queue = audience;
    this.catchUp.start(connection, audience, from, state);
  }
}
