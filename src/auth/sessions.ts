import { Injectable } from '@nestjs/common';
import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { Database } from '../database/database.js';
import type { Queryable, Transaction } from '../database/transaction.js';
import { hashRefreshToken, makeRefreshToken } from './refresh-token.js';
import { SessionRevocations } from './session-revocations.js';
import { refreshTokens, sessions } from './sessions.table.js';
import { unauthenticated } from './unauthenticated.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** After the last refresh. */
const SESSION_LIFE_MS = 30 * DAY_MS;

export interface OpenSession {
  readonly sessionId: string;
  readonly userId: string;
  /** Good once; the only time it can be read. */
  readonly refreshToken: string;
}

@Injectable()
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly revocations: SessionRevocations,
  ) {}

  /** Starts a session, and clears away the user's own that have run out. */
  open(userId: string): Promise<OpenSession> {
    return this.database.transaction(async ({ db }) => {
      await db.delete(sessions).where(and(eq(sessions.userId, userId), lt(sessions.expiresAt, new Date())));
      const sessionId = uuidv7();
      await db.insert(sessions).values({ id: sessionId, userId, expiresAt: sessionEnd() });
      return { sessionId, userId, refreshToken: await addRefreshToken(db, sessionId) };
    });
  }

  /**
   * Gives a new refresh token for an old one, once. A token that comes a second time was stolen, by the one who came first or by
   * this one: the session ends with all its tokens. Throws unauthenticated.
   */
  async rotate(refreshToken: string): Promise<OpenSession> {
    const tokenHash = hashRefreshToken(refreshToken);
    const renewed = await this.database.transaction(async (tx) => {
      const sessionId = await useUp(tx.db, tokenHash);
      if (sessionId !== null) return renew(tx.db, sessionId);
      await this.revokeFamily(tx, tokenHash);
      return null;
    });
    if (!renewed) throw unauthenticated('The refresh token is unknown, used or expired; sign in again.');
    return renewed;
  }

  /** Ends the session with all its tokens; the order to close its sockets is part of the transaction. Ending it again does nothing. */
  end(sessionId: string): Promise<void> {
    return this.database.transaction((tx) => this.revoke(tx, sessionId));
  }

  private async revokeFamily(tx: Transaction, tokenHash: string): Promise<void> {
    const [token] = await tx.db.select().from(refreshTokens).where(eq(refreshTokens.tokenHash, tokenHash));
    if (token) await this.revoke(tx, token.sessionId);
  }

  private async revoke(tx: Transaction, sessionId: string): Promise<void> {
    const ended = await tx.db
      .update(sessions)
      .set({ revokedAt: new Date() })
      .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt)))
      .returning({ userId: sessions.userId });
    for (const { userId } of ended) this.revocations.revoked(tx, { sessionId, userId });
  }
}

function sessionEnd(): Date {
  return new Date(Date.now() + SESSION_LIFE_MS);
}

/** Of two who come with the same token at once, the second waits for the first one's row lock and then finds it used. */
async function useUp(db: Queryable, tokenHash: string): Promise<string | null> {
  const [used] = await db
    .update(refreshTokens)
    .set({ usedAt: new Date() })
    .where(and(eq(refreshTokens.tokenHash, tokenHash), isNull(refreshTokens.usedAt)))
    .returning({ sessionId: refreshTokens.sessionId });
  return used?.sessionId ?? null;
}

/** Null when the session has ended. */
async function renew(db: Queryable, sessionId: string): Promise<OpenSession | null> {
  const [session] = await db
    .update(sessions)
    .set({ expiresAt: sessionEnd() })
    .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt), gt(sessions.expiresAt, new Date())))
    .returning({ userId: sessions.userId });
  if (!session) return null;
  return { sessionId, userId: session.userId, refreshToken: await addRefreshToken(db, sessionId) };
}

async function addRefreshToken(db: Queryable, sessionId: string): Promise<string> {
  const refreshToken = makeRefreshToken();
  await db.insert(refreshTokens).values({ tokenHash: hashRefreshToken(refreshToken), sessionId });
  return refreshToken;
}
