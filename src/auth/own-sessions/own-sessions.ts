import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { Principal } from '../principal/principal.js';
import { Sessions } from '../sessions/sessions.js';
import type { Session } from '../sessions/sessions.js';
import type { SessionDto } from './own-sessions.dto.js';
import { deviceName } from './device-name.js';

/** The sessions of the signed-in user. All methods throw forbidden for a token of an outside issuer. */
@Injectable()
export class OwnSessions {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
  ) {}

  /** The most recently used first, at most 100. */
  async list(principal: Principal): Promise<SessionDto[]> {
    const current = requireSession(principal);
    return (await this.sessions.list(principal.userId)).map((session) => view(session, current));
  }

  /** Closes the sockets of the session with 4006. Throws not_found for an unknown id and for a session that is not the user's. */
  async end(principal: Principal, sessionId: string): Promise<void> {
    requireSession(principal);
    if (!(await this.sessions.endOwn(principal.userId, sessionId))) {
      throw new ServiceError('not_found', 'You have no open session with this id.');
    }
  }

  async endAll(principal: Principal, keepCurrent: boolean): Promise<void> {
    const current = requireSession(principal);
    await this.database.transaction((tx) => this.sessions.endAll(tx, principal.userId, keepCurrent ? current : null));
  }
}

function requireSession({ sessionId }: Principal): string {
  if (sessionId !== null) return sessionId;
  throw new ServiceError(
    'forbidden',
    'This token is from another issuer; only that issuer can list and end its sessions.',
  );
}

function view({ id, address, userAgent, createdAt, lastSeenAt }: Session, current: string): SessionDto {
  return {
    id,
    device: deviceName(userAgent),
    address,
    created_at: createdAt.toISOString(),
    last_seen_at: lastSeenAt.toISOString(),
    current: id === current,
  };
}
