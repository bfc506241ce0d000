import { Injectable } from '@nestjs/common';
import { and, desc, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../database/database.js';
import type { Queryable, Transaction } from '../../database/backend/transaction.js';
import { hashRefreshToken, RefreshTokens } from './refresh-tokens.js';
import { SecurityEvents } from './security-events.js';
import { SessionRevocations } from './session-revocations.js';
import type { EndedSession } from './session-revocations.js';
import { refreshTokens, sessions } from './sessions.table.js';
import { unauthenticated } from '../principal/unauthenticated.js';

/** Characters of a User-Agent header that are kept. Browsers send fewer than 200. */
const USER_AGENT_LENGTH = 300;
/** The number of sessions that `list` returns at most. */
const MOST_LISTED = 100;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** Lifetime of a session after its last refresh. */
const SESSION_LIFE_MS = 30 * DAY_MS;
/** How long a refresh may be repeated: the response may have been lost, or two tabs may share a token. */
const REPEAT_SECONDS = 30;

export interface OpenSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly refreshToken: string;
  /** When `refreshToken` was first issued. */
  readonly issuedAt: Date;
}

/** The client that signs in or refreshes. */
export interface SessionClient {
  /** `addressKey` of its network address. */
  readonly address: string;
  /** The User-Agent header; empty if it is missing. */
  readonly userAgent: string;
}

export type Session = typeof sessions.$inferSelect;

@Injectable()
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly revocations: SessionRevocations,
    private readonly tokens: RefreshTokens,
    private readonly events: SecurityEvents,
  ) {}

  /** Starts a session and deletes the expired sessions of the user. `before` is called first, in the same transaction. */
  open(userId: string, client: SessionClient, before?: (tx: Transaction) => Promise<void>): Promise<OpenSession> {
    return this.database.transaction(async (tx) => {
      await before?.(tx);
      const { db } = tx;
      await db.delete(sessions).where(and(eq(sessions.userId, userId), lt(sessions.expiresAt, new Date())));
      const sessionId = uuidv7();
      await db.insert(sessions).values({ id: sessionId, userId, ...seen(client) });
      return { sessionId, userId, ...(await addRefreshToken(db, sessionId, this.tokens.first())) };
    });
  }

  /**
   * Exchanges a refresh token for the next one. Within 30 seconds of its first use, a token returns the same next token again. A
   * token that is used again later has been stolen, so the session ends with all its tokens. Throws unauthenticated.
   */
  async rotate(refreshToken: string, client: SessionClient): Promise<OpenSession> {
    const tokenHash = hashRefreshToken(refreshToken);
    const next = this.tokens.next(refreshToken);
    const renewed = await this.database.transaction(async (tx) => {
      const sessionId = await useUp(tx.db, tokenHash);
      return sessionId === null ? this.repeat(tx, tokenHash, next) : renew(tx.db, sessionId, next, client);
    });
    if (!renewed) throw unauthenticated('The refresh token is unknown, used or expired; sign in again.');
    return renewed;
  }

  /** The id of the session that a used or unused refresh token belongs to; null for an unknown token. */
  async find(refreshToken: string): Promise<string | null> {
    const [token] = await this.database.db
      .select({ sessionId: refreshTokens.sessionId })
      .from(refreshTokens)
      .where(eq(refreshTokens.tokenHash, hashRefreshToken(refreshToken)));
    return token?.sessionId ?? null;
  }

  /** The open sessions of the user, the most recently used first, at most 100. */
  list(userId: string): Promise<Session[]> {
    return this.database.db
      .select()
      .from(sessions)
      .where(and(eq(sessions.userId, userId), isUsable()))
      .orderBy(desc(sessions.lastSeenAt), desc(sessions.id))
      .limit(MOST_LISTED);
  }

  /**
   * Ends the session with all its tokens. The request to close its sockets is part of the transaction. Does nothing for an ended
   * session.
   */
  async end(sessionId: string): Promise<void> {
    await this.database.transaction((tx) => this.revoke(tx, eq(sessions.id, sessionId)));
  }

  /** Like `end`, for a session of this user only. False if the user has no such open session. */
  async endOwn(userId: string, sessionId: string): Promise<boolean> {
    const own = and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isUsable());
    return (await this.database.transaction((tx) => this.revoke(tx, own))).length > 0;
  }

  /** Ends all sessions of the user except `keep`, in the caller's transaction. */
  async endAll(tx: Transaction, userId: string, keep: string | null): Promise<void> {
    await this.revoke(tx, and(eq(sessions.userId, userId), keep === null ? undefined : ne(sessions.id, keep)));
  }

  /** Null for an unknown token and for a token that is repeated too late. */
  private async repeat(tx: Transaction, tokenHash: string, next: string): Promise<OpenSession | null> {
    const used = await findUsed(tx.db, tokenHash);
    if (!used) return null;
    // Compares with the clock of the database, which is the same for all nodes.
    if (used.isRecent) return findOpen(tx.db, used.sessionId, next);
    const ended = await this.revoke(tx, eq(sessions.id, used.sessionId));
    for (const { userId } of ended) await this.events.report(tx, userId, { kind: 'refresh_token_reused' });
    return null;
  }

  /** Returns the sessions that this call has ended. */
  private async revoke(tx: Transaction, which: SQL | undefined): Promise<readonly EndedSession[]> {
    const ended = await tx.db
      .update(sessions)
      .set({ revokedAt: new Date() })
      .where(and(which, isNull(sessions.revokedAt)))
      .returning({ sessionId: sessions.id, userId: sessions.userId });
    for (const session of ended) this.revocations.revoked(tx, session);
    return ended;
  }
}

/** The columns that a sign-in or a refresh of this client sets. */
function seen({ address, userAgent }: SessionClient) {
  const now = new Date();
  return { lastSeenAt: now, address, userAgent: userAgent.slice(0, USER_AGENT_LENGTH), expiresAt: sessionEnd(now) };
}

function sessionEnd(now: Date): Date {
  return new Date(now.getTime() + SESSION_LIFE_MS);
}

/** Of two requests with the same token, the second waits for the row lock of the first and then finds the token used. */
async function useUp(db: Queryable, tokenHash: string): Promise<string | null> {
  const [used] = await db
    .update(refreshTokens)
    .set({ usedAt: sql`now()` })
    .where(and(eq(refreshTokens.tokenHash, tokenHash), isNull(refreshTokens.usedAt)))
    .returning({ sessionId: refreshTokens.sessionId });
  return used?.sessionId ?? null;
}

async function findUsed(db: Queryable, tokenHash: string): Promise<{ sessionId: string; isRecent: boolean } | null> {
  const isRecent = sql<boolean>`now() < ${refreshTokens.usedAt} + make_interval(secs => ${REPEAT_SECONDS})`;
  const [used] = await db
    .select({ sessionId: refreshTokens.sessionId, isRecent })
    .from(refreshTokens)
    .where(eq(refreshTokens.tokenHash, tokenHash));
  return used ?? null;
}

/**
 * The open session with this refresh token. Null if the session has ended. Also null if the token is unknown because the signing
 * secret has changed or an older release created the next token. That is not theft, so the session stays open.
 */
async function findOpen(db: Queryable, sessionId: string, refreshToken: string): Promise<OpenSession | null> {
  const [found] = await db
    .select({ userId: sessions.userId, issuedAt: refreshTokens.createdAt })
    .from(refreshTokens)
    .innerJoin(sessions, and(eq(sessions.id, refreshTokens.sessionId), isOpen(sessionId)))
    .where(eq(refreshTokens.tokenHash, hashRefreshToken(refreshToken)));
  return found ? { sessionId, refreshToken, ...found } : null;
}

/** Null if the session has ended. */
async function renew(
  db: Queryable,
  sessionId: string,
  next: string,
  client: SessionClient,
): Promise<OpenSession | null> {
  const [session] = await db
    .update(sessions)
    .set(seen(client))
    .where(isOpen(sessionId))
    .returning({ userId: sessions.userId });
  if (!session) return null;
  return { sessionId, userId: session.userId, ...(await addRefreshToken(db, sessionId, next)) };
}

function isOpen(sessionId: string): SQL | undefined {
  return and(eq(sessions.id, sessionId), isUsable());
}

function isUsable(): SQL | undefined {
  return and(isNull(sessions.revokedAt), gt(sessions.expiresAt, new Date()));
}

async function addRefreshToken(
  db: Queryable,
  sessionId: string,
  refreshToken: string,
): Promise<Pick<OpenSession, 'refreshToken' | 'issuedAt'>> {
  const issuedAt = new Date();
  await db.insert(refreshTokens).values({ tokenHash: hashRefreshToken(refreshToken), sessionId, createdAt: issuedAt });
  return { refreshToken, issuedAt };
}
