import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { TestingModule } from '@nestjs/testing';
import { asc } from 'drizzle-orm';
import { openAuthRoom } from '../../../test/support/scenes/auth-room.js';
import { Database } from '../../database/database.js';
import { EmailKeyBackfill } from './email-key-backfill.js';
import { Users } from './users.js';
import { users as table } from './users.table.js';

const HOUR_MS = 3_600_000;

describe('e-mail addresses that were stored without a key', () => {
  let room: TestingModule;
  let users: Users;
  const idOf = async (email: string): Promise<string | undefined> => (await users.findByEmail(email))?.id;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    room = await openAuthRoom();
    users = room.get(Users);
    const emails = ['Ada@Example.com', 'STRASSE@example.com', 'straße@example.com', 'Info@MÜNCHEN.de'];
    const rows = emails.map((email, hour) => ({ id: `u${hour}`, email, createdAt: new Date(hour * HOUR_MS) }));
    await room.get(Database).db.insert(table).values(rows);
    await room.get(Database).db.insert(table).values({ id: 'without' });
  });
  afterAll(() => room.close());

  it('are found before they have a key, while an older release is still writing', async () => {
    expect(await idOf('ada@example.COM')).toBe('u0');
  });

  it('get their keys at the next startup; if two accounts have the same key, the older account gets it', async () => {
    await Promise.all([room.get(EmailKeyBackfill).onModuleInit(), room.get(EmailKeyBackfill).onModuleInit()]);
    await room.get(EmailKeyBackfill).onModuleInit();
    const rows = await room.get(Database).db.select().from(table).orderBy(asc(table.id));

    expect(rows.map(({ emailKey }) => emailKey)).toEqual([
      'ada@example.com',
      'strasse@example.com',
      null,
      'info@xn--mnchen-3ya.de',
      null,
    ]);
  });

  it('find each of two accounts with the same key by its own spelling, and the older account by any other spelling', async () => {
    expect(await idOf('STRASSE@example.com')).toBe('u1');
    expect(await idOf('straße@example.com')).toBe('u2');
    expect(await idOf('Strasse@example.com')).toBe('u1');
    expect(await idOf('info@xn--mnchen-3ya.de')).toBe('u3');
  });

  it('cannot be registered again in another spelling', async () => {
    await expect(users.create({ email: 'STRAßE@example.com', role: 'customer' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});
