import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import { openAuthRoom, register } from '../../../test/support/scenes/auth-room.js';
import { Database } from '../../database/database.js';
import { Identities } from './identities.js';
import { Sessions } from '../sessions/sessions.js';
import { users } from './users.table.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Identities', () => {
  let room: TestingModule;
  let identities: Identities;
  let queries: jest.SpiedGetter<Database['db']>;

  beforeAll(async () => {
    room = await openAuthRoom();
    const crowd = Array.from({ length: 2_000 }, (_, index) => ({ id: String(index), role: 'customer' as const }));
    await room.get(Database).db.insert(users).values(crowd);
  });
  beforeEach(() => {
    // A new instance for each test, because another one may still be collecting look-ups.
    identities = new Identities(room.get(Database));
    queries = jest.spyOn(room.get(Database), 'db', 'get');
  });
  afterEach(() => queries.mockRestore());
  afterAll(() => room.close());

  it('runs one query for all look-ups of one turn', async () => {
    const found = await Promise.all(Array.from({ length: 2_000 }, (_, index) => identities.find(String(index), null)));

    expect(found.map((identity) => identity?.userId)).toEqual(
      Array.from({ length: 2_000 }, (_, index) => String(index)),
    );
    expect(queries).toHaveBeenCalledTimes(1);
  });

  it('collects look-ups over many turns while a query is running', async () => {
    let release!: () => void;
    const busy = room.get(Database).transaction(() => new Promise<void>((resolve) => (release = resolve)));
    const pending: Promise<unknown>[] = [];
    for (let index = 0; index < 2_000; index++) {
      pending.push(identities.find(String(index), null));
      if (index % 10 === 0) await turn();
    }
    release();
    await Promise.all([busy, ...pending]);

    expect(queries).toHaveBeenCalledTimes(2);
  });

  it('caches nothing', async () => {
    await identities.find('1', null);
    await identities.find('1', null);

    expect(queries).toHaveBeenCalledTimes(2);
  });

  it("distinguishes a user's session from sessions of other users, ended sessions and unknown ids", async () => {
    const { id } = (await register(room)).user;
    const [live, ended, others] = await Promise.all(
      ['open', 'end', 'other'].map(() => room.get(Sessions).open(id, { address: '192.0.2.7', userAgent: '' })),
    );
    await room.get(Sessions).end(ended?.sessionId ?? '');
    const found = await Promise.all([
      identities.find(id, live?.sessionId ?? ''),
      identities.find(id, ended?.sessionId ?? ''),
      identities.find(id, 'never'),
      identities.find(id, null),
      identities.find('1', others?.sessionId ?? ''),
      identities.find(id, others?.sessionId ?? ''),
      identities.find('nobody', live?.sessionId ?? ''),
    ]);

    expect(found.map((identity) => identity?.hasSession ?? null)).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
      null,
    ]);
  });

  it('continues after a query that failed', async () => {
    queries.mockImplementationOnce(() => {
      throw new Error('away');
    });
    await expect(identities.find('1', null)).rejects.toThrow('away');

    await expect(identities.find('1', null)).resolves.toMatchObject({ userId: '1' });
  });
});
