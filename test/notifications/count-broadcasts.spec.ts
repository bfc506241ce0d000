import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { Users } from '../../src/auth/users/users.js';
import { Database } from '../../src/database/database.js';
import { NotificationSender } from '../../src/notifications/sending/notification-sender.js';
import { NotificationsService } from '../../src/notifications/notification/notifications.service.js';
import { NotificationRetractions } from '../../src/notifications/retraction/notification-retractions.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

type Act =
  'join' | 'broadcast' | 'notify' | 'read' | 'remove' | 'archive' | 'unarchive' | 'retract' | 'readAll' | 'see';

interface Step {
  readonly act: Act;
  readonly user: number;
  readonly n: number;
}

interface Shown {
  readonly type: string;
  read: boolean;
  archived: boolean;
  seen: boolean;
}

/** What each user should see, computed naively: one entry per notification and user. */
class Expected {
  readonly users: { readonly id: string; readonly notifications: Map<string, Shown> }[] = [];

  unread(user: number): number {
    return [...(this.users[user]?.notifications.values() ?? [])].filter(({ read, archived }) => !read && !archived)
      .length;
  }
}

const CONTENT = { notificationType: 'general', title: 'Title', message: 'Message' };
const TYPES = ['general', 'promo', 'promo.late'];
const MOST_USERS = 4;
const CHANGES: readonly Act[] = [
  ...(['read', 'read', 'remove', 'retract', 'readAll'] as const),
  ...(['archive', 'archive', 'unarchive', 'unarchive', 'see'] as const),
];
const steps = fc.array(
  fc.record<Step>({
    act: fc.constantFrom<Act>('join', 'broadcast', 'broadcast', 'notify', ...CHANGES),
    user: fc.nat(MOST_USERS - 1),
    n: fc.nat(20),
  }),
  { minLength: 10, maxLength: 30 },
);

describe('unread counts and lists with a watermark for broadcasts', () => {
  let stack: Stack;
  let app: INestApplication;

  beforeAll(async () => {
    stack = await startStack();
    app = stack.apps[0] as INestApplication;
  });
  afterAll(() => stack.stop());

  async function join(expected: Expected): Promise<void> {
    const user = await app.get(Users).create({ email: `${randomUUID()}@example.com`, role: 'customer' });
    expected.users.push({ id: user.id, notifications: new Map() });
  }

  async function send(expected: Expected, { act, user, n }: Step): Promise<void> {
    const sender = app.get(NotificationSender);
    const type = TYPES[n % TYPES.length] as string;
    const content = { ...CONTENT, notificationType: type };
    const { id, to } = await app.get(Database).transaction(async (tx) => {
      if (act === 'broadcast') return { id: (await sender.broadcast(tx, content)).id, to: expected.users };
      const recipient = expected.users[user % expected.users.length] as Expected['users'][number];
      const [view] = await sender.notify(tx, [recipient.id], content);
      return { id: view?.id ?? '', to: [recipient] };
    });
    for (const { notifications } of to) notifications.set(id, { type, read: false, archived: false, seen: false });
  }

  async function change(expected: Expected, { act, user, n }: Step): Promise<void> {
    const service = app.get(NotificationsService);
    const index = user % expected.users.length;
    const { id, notifications } = expected.users[index] as Expected['users'][number];
    if (act === 'readAll') {
      expect(await service.markAllRead(id)).toBe(expected.unread(index));
      // Whether archived notifications become read or seen too depends on what is newer: `unarchive` tells.
      for (const notification of notifications.values()) notification.read ||= !notification.archived;
      return;
    }
    if (act === 'see') {
      await service.markSeen(id, null);
      const newest = [...notifications].filter(([, { archived }]) => !archived).sort(([a], [b]) => (a < b ? 1 : -1))[0];
      for (const [key, notification] of notifications) notification.seen ||= newest !== undefined && key <= newest[0];
      return;
    }
    const chosen = [...notifications.keys()][n % Math.max(notifications.size, 1)];
    if (chosen === undefined) return;
    if (act === 'retract') {
      await app.get(NotificationRetractions).retract(chosen, { userId: null, keyId: null });
      for (const user of expected.users) user.notifications.delete(chosen);
    } else if (act === 'archive') {
      await service.archive(id, chosen);
      (notifications.get(chosen) as Shown).archived = true;
    } else if (act === 'unarchive') {
      const { is_read: read, is_seen: seen } = await service.unarchive(id, chosen);
      Object.assign(notifications.get(chosen) as Shown, { read, seen, archived: false });
    } else if (act === 'read') {
      await service.markRead(id, chosen);
      (notifications.get(chosen) as Shown).read = true;
    } else {
      await service.remove(id, chosen);
      notifications.delete(chosen);
    }
  }

  async function expectLists(expected: Expected): Promise<void> {
    for (const { id, notifications } of expected.users) {
      for (const unread of [undefined, true, false]) {
        for (const [type, seen] of [[], ['promo'], [undefined, true], [undefined, false]] as const) {
          const wanted = [...notifications]
            .filter(([, shown]) => !shown.archived)
            .filter(([, shown]) => unread === undefined || shown.read !== unread)
            .filter(([, shown]) => type === undefined || shown.type === type)
            .filter(([, shown]) => seen === undefined || shown.seen === seen);
          const filter = {
            ...(unread !== undefined && { unread }),
            ...(type && { type }),
            ...(seen !== undefined && { seen }),
          };
          expect(await listed(id, filter)).toEqual(
            wanted.map(([key, shown]) => [key, shown.read, shown.seen]).sort(([a = ''], [b = '']) => (a < b ? 1 : -1)),
          );
        }
      }
      const archived = [...notifications].filter(([, shown]) => shown.archived).map(([key]) => key);
      const found = (await listed(id, { archived: true })) as [string][];
      expect(found.map(([key]) => key)).toEqual(archived.sort().reverse());
    }
  }

  /** All pages. */
  async function listed(
    userId: string,
    filter: { unread?: boolean; type?: string; seen?: boolean; archived?: boolean },
  ): Promise<unknown[]> {
    const all: unknown[] = [];
    let cursor: string | null = null;
    do {
      const query = { limit: 5, ...filter, ...(cursor !== null && { cursor }) };
      const { page } = await app.get(NotificationsService).list(userId, query);
      all.push(...page.results.map((one) => [one.id, one.is_read, one.is_seen]));
      cursor = page.next_cursor;
    } while (cursor !== null);
    return all;
  }

  it('equal a naive count, after any sequence of changes', async () => {
    const check = fc.asyncProperty(steps, async (history) => {
      const expected = new Expected();
      await join(expected);
      for (const step of history) {
        if (step.act === 'join' && expected.users.length < MOST_USERS) await join(expected);
        else if (step.act === 'broadcast' || step.act === 'notify') await send(expected, step);
        else if (step.act !== 'join') await change(expected, step);
        const counts = await Promise.all(expected.users.map(({ id }) => app.get(NotificationsService).unreadCount(id)));
        expect(counts).toEqual(expected.users.map((_, index) => expected.unread(index)));
      }
      await expectLists(expected);
    });
    await fc.assert(check, { numRuns: 15 });
  }, 300_000);

  it('number broadcasts without gaps, also if many transactions send at once or roll back', async () => {
    const database = app.get(Database);
    const sender = app.get(NotificationSender);
    const count = async (): Promise<{ total: number; newest: number; all: number }> => {
      const { rows } = (await database.db.execute(
        sql`select total::int, (select max(broadcast_number)::int from notifications) as newest,
              (select count(distinct broadcast_number)::int from notifications) as all from broadcast_total`,
      )) as { rows: { total: number; newest: number; all: number }[] };
      return rows[0] as { total: number; newest: number; all: number };
    };
    const before = (await count()).total;
    await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        database.transaction(async (tx) => {
          await sender.broadcast(tx, CONTENT);
          if (n % 4 === 0) throw new Error('no');
        }),
      ),
    );
    expect(await count()).toEqual({ total: before + 15, newest: before + 15, all: before + 15 });
  });

  it('are correct for notifications of a release that does not count', async () => {
    const { id } = await app.get(Users).create({ email: `${randomUUID()}@example.com`, role: 'customer' });
    const { db } = app.get(Database);
    const service = app.get(NotificationsService);
    const insert = (): Promise<unknown> =>
      db.execute(
        sql`INSERT INTO notifications (id, user_id, notification_type, title, message, data)
            VALUES (${randomUUID()}, ${id}, 'general', 'Title', 'Message', '{}')`,
      );
    const unread = async (): Promise<unknown> => {
      const { page } = await service.list(id, { limit: 20, unread: true });
      return [await service.unreadCount(id), page.results.length];
    };
    await Promise.all([insert(), insert(), insert()]);
    await app.get(Database).transaction((tx) => app.get(NotificationSender).notify(tx, [id], CONTENT));
    expect(await unread()).toEqual([4, 4]);
    // The previous release marks all notifications one by one.
    await db.execute(
      sql`UPDATE notifications SET read_at = now() WHERE user_id = ${id} AND read_at IS NULL AND hidden_at IS NULL`,
    );
    expect(await unread()).toEqual([0, 0]);
    await Promise.all([insert(), insert()]);
    expect(await service.markAllRead(id)).toBe(2);
    expect(await unread()).toEqual([0, 0]);
  });
});
