import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { CatchUp } from '../fan-out/catch-up.js';
import type { Connection } from '../connection/connection.js';
import { Entrance } from '../entry/entrance.js';
import type { Entered } from '../entry/entrance.js';
import { HeldMessages } from '../fan-out/held-messages.js';
import type { ConnectionEstablishedMessage } from '../gateway/realtime.messages.js';
import { Resume } from '../fan-out/resume.js';
import type { GivenToken } from '../entry/token-source.js';

/** The token and the position that a client sends with its handshake. */
export interface Credentials {
  readonly token: GivenToken | null;
  /** The position to resume from. */
  readonly since: string | null;
}

/**
 * Establishes a connection: admits it, joins its groups, reads the log, sends `connection_established` and then the missed
 * messages. Joining comes before reading: in the other order, messages published between the two would be lost.
 */
@Injectable()
export class Establishment {
  constructor(
    private readonly entrance: Entrance,
    private readonly resume: Resume,
    private readonly catchUp: CatchUp,
    private readonly held: HeldMessages,
    private readonly settings: Settings,
  ) {}

  /**
   * Calls `admitted` after admission, before anything is sent. Throws ServiceError if the connection is rejected or the
   * database is unavailable.
   */
  async establish(connection: Connection, { token, since }: Credentials, admitted?: () => void): Promise<void> {
    const entered = await this.entrance.enter(connection, token, admitted);
    if (entered && connection.isOpen) await this.greet(connection, entered, since);
  }

  private async greet(connection: Connection, { opening, audience }: Entered, since: string | null): Promise<void> {
    const { from, resumed, replayed } = await this.resume.find(
      audience,
      opening.resumable === false ? null : since,
      opening.notBefore,
    );
    // Read after joining, so that later changes reach the client as messages.
    const greeting = (await opening.greeting?.(from)) ?? {};
    connection.send({
      type: 'connection_established',
      ...greeting,
      position: audience.positionText(from),
      resumed,
      replayed,
      ping_interval: this.settings.pingInterval,
    } satisfies ConnectionEstablishedMessage);
    // If the connection has closed meanwhile, a close callback registered by `entered` would never run.
    const state = connection.isOpen ? opening.entered?.(connection) : null;
    if (state) this.held.hold(connection, { type: state.type, latestOnly: true, frame: connection.encode(state) });
    connection.queue = audience;
    this.catchUp.start(connection, audience, from);
  }
}
