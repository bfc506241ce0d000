import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import type { Role } from './principal.js';
import { sessions } from './sessions.table.js';
import { users } from './users.table.js';

interface Key {
  readonly userId: string;
  /** Null: no session to look at. */
  readonly sessionId: string | null;
}

export interface Identity {
  readonly userId: string;
  readonly email: string | null;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  /** Whether the session asked for is this user's and neither revoked nor expired. False when none was asked for. */
  readonly hasSession: boolean;
}

interface Row extends Omit<Identity, 'hasSession'> {
  readonly sessionId: string | null;
}

/**
 * User and session of a token. Look-ups gather for one turn of the event loop, and while a query is on its way, and go as one:
 * thousands of sockets coming back at once cost tens of queries. Nothing is cached: a logout counts at once.
 */
@Injectable()
export class Identities {
  private onItsWay: Promise<unknown> = Promise.resolve();
  private readonly loader = new DataLoader<Key, Identity | null>((keys) => this.loadAll(keys), {
    cache: false,
    maxBatchSize: 2_000,
    // setImmediate, not dataloader's own microtask: each socket's bytes arrive in a callback of their own.
    batchScheduleFn: (dispatch) => setImmediate(() => void this.onItsWay.finally(dispatch)),
  });

  constructor(private readonly database: Database) {}

  /** The user, or null when there is none of that id. */
  find(userId: string, sessionId: string | null): Promise<Identity | null> {
    return this.loader.load({ userId, sessionId });
  }

  private async loadAll(keys: readonly Key[]): Promise<(Identity | null)[]> {
    const query = this.query(keys);
    this.onItsWay = query.then(
      () => undefined,
      () => undefined,
    );
    const rows = await query;
    const byUser = new Map(rows.map((row) => [row.userId, row]));
    const ownerOf = new Map(rows.map((row) => [row.sessionId, row.userId]));
    return keys.map(({ userId, sessionId }) => {
      const row = byUser.get(userId);
      return row ? toIdentity(row, sessionId !== null && ownerOf.get(sessionId) === userId) : null;
    });
  }

  private query(keys: readonly Key[]): Promise<Row[]> {
    const userIds = [...new Set(keys.map((key) => key.userId))];
    const sessionIds = [...new Set(keys.flatMap((key) => key.sessionId ?? []))];
    const ofSession = and(
      eq(sessions.userId, users.id),
      sql`${sessions.id} = any(${sql.param(sessionIds)}::text[])`,
      isNull(sessions.revokedAt),
      gt(sessions.expiresAt, new Date()),
    );
    return this.database.db
      .select({
        userId: users.id,
        email: users.email,
        name: users.name,
        role: users.role,
        disabled: users.disabled,
        sessionId: sessions.id,
      })
      .from(users)
      .leftJoin(sessions, ofSession)
      .where(sql`${users.id} = any(${sql.param(userIds)}::text[])`)
      .then((rows) => rows);
  }
}

function toIdentity({ userId, email, name, role, disabled }: Row, hasSession: boolean): Identity {
  return { userId, email, name, role, disabled, hasSession };
}
