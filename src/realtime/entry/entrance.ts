import { Injectable } from '@nestjs/common';
import { Admission } from './admission.js';
import { Arrivals } from './arrivals.js';
import type { Audience } from '../fan-out/audience.js';
import { Audiences } from '../fan-out/audiences.js';
import type { Connection } from '../connection/connection.js';
import type { Opening } from '../gateway/gateway.js';
import type { GivenToken } from './token-source.js';

export interface Entered {
  readonly opening: Opening;
  readonly audience: Audience;
}

/** Admits a connection and joins its groups. Orders to close sockets that arrive meanwhile are applied afterwards. */
@Injectable()
export class Entrance {
  constructor(
    private readonly admission: Admission,
    private readonly audiences: Audiences,
    private readonly arrivals: Arrivals,
  ) {}

  /**
   * Resolves with null if the socket subscribes to nothing or has closed meanwhile. Calls `admitted` before anything is sent.
   * Throws ServiceError if the connection is rejected or the database is unavailable.
   */
  enter(connection: Connection, token: GivenToken | null, admitted?: () => void): Promise<Entered | null> {
    return this.arrivals.during(connection, async () => {
      const opening = await this.admission.admit(connection, token);
      admitted?.();
      const hearsNothing = opening.streams.length === 0 && !opening.groups && !opening.greeting;
      if (hearsNothing || !connection.isOpen) return null;
      return { opening, audience: await this.audiences.join(connection, opening) };
    });
  }
}
