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

/** What a client brings. */
export interface Credentials {
  readonly token: GivenToken | null;
  /** The position it stands at. */
  readonly since: string | null;
}

/**
 * From a new connection to an established one: admit, join, read, `connection_established`, backlog. Joining comes before
 * reading: the other way round, what is published in between would be lost.
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

  /** `admitted` is called when it is a yes, before anything is sent. Throws ServiceError for a no, or with the database away. */
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
    // Read after joining: what changes from here on reaches the client as a message.
    const greeting = (await opening.greeting?.(from)) ?? {};
    connection.send({
      type: 'connection_established',
      ...greeting,
      position: audience.positionText(from),
      resumed,
      replayed,
      ping_interval: this.settings.pingInterval,
    } satisfies ConnectionEstablishedMessage);
    // Gone meanwhile: nobody would be told that it is.
    const state = connection.isOpen ? opening.entered?.(connection) : null;
    if (state) this.held.hold(connection, { type: state.type, frame: connection.encode(state) });
    connection.queue = audience;
    this.catchUp.start(connection, audience, from);
  }
}
