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

type Act = 'join' | 'broadcast' | 'notify' | 'read' | 'remove' | 'retract' | 'readAll';

interface Step {
  readonly act: Act;
  readonly user: number;
  readonly n: number;
}

interface Shown {
  readonly type: string;
  read: boolean;
}

/** What each user should see, computed naively: one entry per notification and user. */
class Expected {
  readonly users: { readonly id: string; readonly notifications: Map<string, Shown> }[] = [];

  unread(user: number): number {
    return [...(this.users[user]?.notifications.values() ?? [])].filter(({ read }) => !read).length;
  }
}

const CONTENT = { notificationType: 'general', title: 'Title', message: 'Message' };
const TYPES = ['general', 'promo', 'promo.late'];
const MOST_USERS = 4;
const steps = fc.array(
  fc.record<Step>({
    act: fc.constantFrom<Act>(
      'join',
      'broadcast',
      'broadcast',
      'notify',
      'read',
      'read',
      'remove',
      'retract',
      'readAll',
    ),
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
    for (const { notifications } of to) notifications.set(id, { type, read: false });
  }

  async function change(expected: Expected, { act, user, n }: Step): Promise<void> {
    const service = app.get(NotificationsService);
    const index = user % expected.users.length;
    const { id, notifications } = expected.users[index] as Expected['users'][number];
    if (act === 'readAll') {
      expect(await service.markAllRead(id)).toBe(expected.unread(index));
      for (const notification of notifications.values()) notification.read = true;
      return;
    }
    const chosen = [...notifications.keys()][n % Math.max(notifications.size, 1)];
    if (chosen === undefined) return;
    if (act === 'retract') {
      await app.get(NotificationRetractions).retract(chosen);
      for (const user of expected.users) user.notifications.delete(chosen);
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
        for (const type of [undefined, 'promo']) {
          const wanted = [...notifications]
            .filter(([, shown]) => unread === undefined || shown.read !== unread)
            .filter(([, shown]) => type === undefined || shown.type === type);
          expect(await listed(id, { ...(unread !== undefined && { unread }), ...(type && { type }) })).toEqual(
            wanted.map(([key, { read }]) => [key, read]).sort(([a = ''], [b = '']) => (a < b ? 1 : -1)),
          );
        }
      }
    }
  }

  /** All pages. */
  async function listed(userId: string, filter: { unread?: boolean; type?: string }): Promise<unknown[]> {
    const all: unknown[] = [];
    let cursor: string | null = null;
    do {
      const query = { limit: 5, ...filter, ...(cursor !== null && { cursor }) };
      const { page } = await app.get(NotificationsService).list(userId, query);
      all.push(...page.results.map((one) => [one.id, one.is_read]));
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
