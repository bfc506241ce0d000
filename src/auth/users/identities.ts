import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { gatheringLoader } from '../../database/gathering-loader.js';
import type { Role } from '../principal/principal.js';

interface Key {
  readonly userId: string;
  /** Null: do not look for a session. */
  readonly sessionId: string | null;
}

export interface Identity {
  readonly userId: string;
  readonly email: string | null;
  readonly name: string;
  readonly role: Role;
  /** BCP 47. */
  readonly language: string | null;
  readonly disabled: boolean;
  /** Whether the account has a password and can sign in here. */
  readonly isLocal: boolean;
  /** The role that an outside issuer named last; null if no token has named a role. */
  readonly issuerRole: Role | null;
  /** Whether the requested session belongs to this user and is neither revoked nor expired. False if no session was requested. */
  readonly hasSession: boolean;
}

interface Row extends Omit<Identity, 'hasSession'> {
  readonly sessionId: string | null;
}

/** Loads the user and the session of a token. Results are not cached, so a logout takes effect at once. */
@Injectable()
export class Identities {
  private readonly loader = gatheringLoader((keys: readonly Key[]) => this.loadAll(keys), 2_000);

  constructor(private readonly database: Database) {}

  /** The user; null if no user has this id. */
  find(userId: string, sessionId: string | null): Promise<Identity | null> {
    return this.loader.load({ userId, sessionId });
  }

  private async loadAll(keys: readonly Key[]): Promise<(Identity | null)[]> {
    const rows = await this.query(keys);
    const byUser = new Map(rows.map((row) => [row.userId, row]));
    const ownerOf = new Map(rows.map((row) => [row.sessionId, row.userId]));
    return keys.map(({ userId, sessionId }) => {
      const row = byUser.get(userId);
      return row ? toIdentity(row, sessionId !== null && ownerOf.get(sessionId) === userId) : null;
    });
  }

  private async query(keys: readonly Key[]): Promise<Row[]> {
    const userIds = [...new Set(keys.map((key) => key.userId))];
    const sessionIds = [...new Set(keys.flatMap((key) => key.sessionId ?? []))];
    const { rows } = await execute<Row>(
      this.database.db,
      sql`SELECT users.id AS "userId", users.email, users.name, users.role, users.language, users.disabled, users.issuer_role AS "issuerRole",
                 users.password_hash IS NOT NULL AS "isLocal", sessions.id AS "sessionId"
          FROM users
          LEFT JOIN sessions ON sessions.user_id = users.id AND sessions.id = any(${sql.param(sessionIds)}::text[])
            AND sessions.revoked_at IS NULL AND sessions.expires_at > ${new Date().toISOString()}
          WHERE users.id = any(${sql.param(userIds)}::text[])`,
    );
    return rows;
  }
}

function toIdentity({ sessionId: _, ...user }: Row, hasSession: boolean): Identity {
  return { ...user, hasSession };
}
