import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import { eq, sql } from 'drizzle-orm';
import { openAuthRoom, register } from '../../../test/support/scenes/auth-room.js';
import { Database } from '../../database/database.js';
import { hashRefreshToken, RefreshTokens } from './refresh-tokens.js';
import { SigningKey } from '../signing/signing-key.js';
import { SecurityEvents } from './security-events.js';
import { SessionRevocations } from './session-revocations.js';
import { Sessions } from './sessions.js';
import { refreshTokens, sessions as sessionsTable } from './sessions.table.js';

const BROWSER = { address: '192.0.2.7', userAgent: 'Mozilla/5.0' };

describe('Sessions', () => {
  let room: TestingModule;
  let sessions: Sessions;
  let userId: string;
  const revoked: string[] = [];

  beforeAll(async () => {
    room = await openAuthRoom();
    sessions = room.get(Sessions);
    userId = (await register(room)).user.id;
    room.get(SessionRevocations).onRevoked((_tx, { sessionId }) => revoked.push(sessionId));
  });
  afterAll(() => room.close());

  const stored = async (sessionId: string): Promise<typeof sessionsTable.$inferSelect | undefined> => {
    const [row] = await room.get(Database).db.select().from(sessionsTable).where(eq(sessionsTable.id, sessionId));
    return row;
  };

  /** Makes a used token look as if it had been used that many seconds earlier. */
  const age = async (token: string, seconds: number): Promise<void> => {
    await room
      .get(Database)
      .db.update(refreshTokens)
      .set({ usedAt: sql`${refreshTokens.usedAt} - make_interval(secs => ${seconds})` })
      .where(eq(refreshTokens.tokenHash, hashRefreshToken(token)));
  };

  it('returns a new refresh token for each refresh, in the same session', async () => {
    const first = await sessions.open(userId, BROWSER);
    const second = await sessions.rotate(first.refreshToken, BROWSER);
    const third = await sessions.rotate(second.refreshToken, BROWSER);

    expect(second).toMatchObject({ sessionId: first.sessionId, userId });
    expect(new Set([first, second, third].map((session) => session.refreshToken)).size).toBe(3);
    expect(first.refreshToken).toMatch(/^[\w-]{43}$/);
    expect(revoked).toEqual([]);
  });

  it('stores no token that a reader of the database could use', async () => {
    const { refreshToken } = await sessions.open(userId, BROWSER);
    const rows = await room.get(Database).db.select().from(refreshTokens);

    expect(rows.map((row) => row.tokenHash)).not.toContain(refreshToken);
    await expect(sessions.rotate(rows.at(-1)?.tokenHash ?? '', BROWSER)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('ends the session when a used token is used again, and reports this once', async () => {
    const first = await sessions.open(userId, BROWSER);
    const second = await sessions.rotate(first.refreshToken, BROWSER);
    await age(first.refreshToken, 31);

    await expect(sessions.rotate(first.refreshToken, BROWSER)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(sessions.rotate(second.refreshToken, BROWSER)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(sessions.rotate(first.refreshToken, BROWSER)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect((await stored(first.sessionId))?.revokedAt).toBeInstanceOf(Date);
    expect(revoked.splice(0)).toEqual([first.sessionId]);
  });

  it('does not change other sessions of the same user', async () => {
    const [mine, other] = [await sessions.open(userId, BROWSER), await sessions.open(userId, BROWSER)];
    await sessions.rotate(mine.refreshToken, BROWSER);
    await age(mine.refreshToken, 31);
    await expect(sessions.rotate(mine.refreshToken, BROWSER)).rejects.toMatchObject({ code: 'unauthenticated' });

    expect(await sessions.rotate(other.refreshToken, BROWSER)).toMatchObject({ sessionId: other.sessionId });
    expect(revoked.splice(0)).toEqual([mine.sessionId]);
  });

  it('returns the same next token when a token is used many times at once, or again within 30 seconds', async () => {
    const { refreshToken, sessionId } = await sessions.open(userId, BROWSER);
    const all = await Promise.all(Array.from({ length: 8 }, () => sessions.rotate(refreshToken, BROWSER)));
    await age(refreshToken, 28);
    all.push(await sessions.rotate(refreshToken, BROWSER));

    expect(new Set(all.map((session) => session.refreshToken)).size).toBe(1);
    expect(new Set(all.map((session) => session.issuedAt.getTime())).size).toBe(1);
    expect(await sessions.rotate(all[0]?.refreshToken ?? '', BROWSER)).toMatchObject({ sessionId });
    expect(revoked).toEqual([]);
  });

  it('returns no token once the session has ended', async () => {
    const { refreshToken, sessionId } = await sessions.open(userId, BROWSER);
    const next = await sessions.rotate(refreshToken, BROWSER);
    await sessions.end(sessionId);

    await expect(sessions.rotate(refreshToken, BROWSER)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(sessions.rotate(next.refreshToken, BROWSER)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(revoked.splice(0)).toEqual([sessionId]);
  });

  it('neither repeats nor ends a session whose next token was created with another secret', async () => {
    const { refreshToken } = await sessions.open(userId, BROWSER);
    const next = await sessions.rotate(refreshToken, BROWSER);
    const other = new Sessions(
      room.get(Database),
      room.get(SessionRevocations),
      new RefreshTokens(new SigningKey('another secret of at least 32 bytes')),
      room.get(SecurityEvents),
    );

    await expect(other.rotate(refreshToken, BROWSER)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await other.rotate(next.refreshToken, BROWSER)).toMatchObject({ userId });
    expect(revoked).toEqual([]);
  });

  it('ends a session once, and rejects its refresh token from then on', async () => {
    const { refreshToken, sessionId } = await sessions.open(userId, BROWSER);
    await sessions.end(sessionId);
    await sessions.end(sessionId);

    await expect(sessions.rotate(refreshToken, BROWSER)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(revoked.splice(0)).toEqual([sessionId]);
  });

  it('does not end a session if its sockets cannot be notified', async () => {
    const { refreshToken, sessionId } = await sessions.open(userId, BROWSER);
    let refuse = true;
    room.get(SessionRevocations).onRevoked(() => {
      if (refuse) throw new Error('not now');
    });
    await expect(sessions.end(sessionId)).rejects.toThrow('not now');
    refuse = false;
    expect((await stored(sessionId))?.revokedAt).toBeNull();
    await sessions.rotate(refreshToken, BROWSER);
    revoked.length = 0;
  });

  it('rejects the refresh token of an expired session, and deletes the session at the next sign-in', async () => {
    const { refreshToken, sessionId } = await sessions.open(userId, BROWSER);
    const { db } = room.get(Database);
    await db
      .update(sessionsTable)
      .set({ expiresAt: new Date(Date.now() - 1) })
      .where(eq(sessionsTable.id, sessionId));

    await expect(sessions.rotate(refreshToken, BROWSER)).rejects.toMatchObject({ code: 'unauthenticated' });
    await sessions.open(userId, BROWSER);
    expect(await stored(sessionId)).toBeUndefined();
  });

  it.each(['', 'x', 'a'.repeat(256), "' or true --", '\u{1F600}'])('rejects the unknown token %j', async (token) => {
    await expect(sessions.rotate(token, BROWSER)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
