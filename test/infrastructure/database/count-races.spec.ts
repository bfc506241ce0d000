import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { Users } from '../../../src/auth/users/users.js';
import { Database } from '../../../src/database/database.js';
import { execute } from '../../../src/database/execute.js';
import { NotificationEvents } from '../../../src/notifications/notification/notification-events.js';
import { NotificationSender } from '../../../src/notifications/sending/notification-sender.js';
import { NotificationsService } from '../../../src/notifications/notification/notifications.service.js';
import { NotificationRetractions } from '../../../src/notifications/retraction/notification-retractions.js';
import { userStream } from '../../../src/streams/names/group-names.js';
import { StreamLog } from '../../../src/streams/stream-log.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

type Act =
  | 'broadcast'
  | 'notify'
  | 'notifyAll'
  | 'rollBack'
  | 'read'
  | 'remove'
  | 'readAll'
  | 'expire'
  | 'retract'
  | 'archive'
  | 'unarchive'
  | 'replace'
  | 'replaceBroadcast';

interface Step {
  readonly act: Act;
  readonly user: number;
  readonly n: number;
  readonly node: number;
}

const CONTENT = { notificationType: 'general', title: 'Title', message: 'Message' };
const USERS = 3;
const ACTS: readonly Act[] = [
  ...(['broadcast', 'notify', 'notify', 'notifyAll', 'rollBack'] as const),
  ...(['read', 'read', 'remove', 'readAll', 'readAll', 'expire'] as const),
];

const OTHER_ACTS: readonly Act[] = [
  ...(['retract', 'replace', 'replace', 'replaceBroadcast', 'broadcast'] as const),
  ...(['archive', 'archive', 'unarchive', 'unarchive'] as const),
];
const SENDS: readonly Act[] = ['broadcast', 'notify', 'notifyAll', 'rollBack', 'replace', 'replaceBroadcast'];

/** Rounds of steps that run concurrently. */
function roundsOf(acts: readonly Act[]): fc.Arbitrary<Step[][]> {
  const step = fc.record<Step>({
    act: fc.constantFrom(...acts),
    user: fc.nat(USERS - 1),
    n: fc.nat(1_000),
    node: fc.nat(1),
  });
  return fc.array(fc.array(step, { minLength: 4, maxLength: 14 }), { minLength: 1, maxLength: 4 });
}

/** The changes for one user, as recorded by their transactions. */
class Ledger {
  readonly ids: string[] = [];
  sent = 0;
  read = 0;
  removed = 0;
  expired = 0;
}

describe('unread counts during many concurrent changes', () => {
  let stack: Stack;
  let userIds: string[];
  let ledgers: Map<string, Ledger>;

  const node = (n: number): INestApplication => stack.apps[n] as INestApplication;
  const service = (n: number): NotificationsService => node(n).get(NotificationsService);
  const ledgerOf = (userId: string): Ledger => ledgers.get(userId) as Ledger;

  beforeAll(async () => {
    stack = await startStack({}, 'two-nodes');
    for (const app of stack.apps) {
      app.get(NotificationEvents).onRead((tx, userId, ids) => {
        if (ids !== 'all') tx.afterCommit(() => note(userId, 'read', ids.length));
        return Promise.resolve();
      });
      app.get(NotificationEvents).onDeleted((tx, userId, ids) => {
        tx.afterCommit(() => note(userId, 'removed', ids.length));
        return Promise.resolve();
      });
    }
  });
  afterAll(() => stack.stop());

  function note(userId: string, what: 'read' | 'removed', count: number): void {
    const ledger = ledgers.get(userId);
    if (ledger) ledger[what] += count;
  }

  async function begin(): Promise<void> {
    const create = () =>
      node(0)
        .get(Users)
        .create({ email: `${randomUUID()}@example.com`, role: 'customer' });
    userIds = (await Promise.all(Array.from({ length: USERS }, create))).map(({ id }) => id);
    ledgers = new Map(userIds.map((id) => [id, new Ledger()]));
  }

  async function send({ act, user, n, node: at }: Step): Promise<void> {
    const sender = node(at).get(NotificationSender);
    const one = userIds[user] as string;
    // In any order: two of these must not deadlock.
    const many = n % 2 === 0 ? userIds : [...userIds].reverse();
    const isBroadcast = act === 'broadcast' || act === 'replaceBroadcast';
    const to = act === 'notifyAll' || act === 'replace' || isBroadcast ? many : [one];
    const content = act.startsWith('replace') ? { ...CONTENT, collapseKey: 'key' } : CONTENT;
    const database = node(at).get(Database);
    const sent = await database.transaction(async (tx) => {
      if (isBroadcast) return [(await sender.broadcast(tx, content)).id];
      const views = await sender.notify(tx, to, content);
      if (act === 'rollBack') throw new Error('rolled back');
      return views.map(({ id }) => id);
    });
    to.forEach((userId, index) => {
      ledgerOf(userId).sent += 1;
      ledgerOf(userId).ids.push((sent[index] ?? sent[0]) as string);
    });
  }

  async function change({ act, user, n, node: at }: Step): Promise<void> {
    const userId = userIds[user] as string;
    const ledger = ledgerOf(userId);
    if (act === 'readAll') {
      const updated = await service(at).markAllRead(userId);
      ledger.read += updated;
      return;
    }
    const id = ledger.ids[n % Math.max(ledger.ids.length, 1)];
    if (id === undefined) return;
    if (act === 'retract') await node(at).get(NotificationRetractions).retract(id, { userId: null, keyId: null });
    else if (act === 'archive') await service(at).archive(userId, id);
    else if (act === 'unarchive') await service(at).unarchive(userId, id);
    else if (act === 'read') await service(at).markRead(userId, id);
    else await service(at).remove(userId, id);
  }

  /**
   * Deletes own notifications, as a retention would. Holds the lock of the owner's changes, so that the ledger records
   * what was deleted.
   */
  async function expire({ user, node: at }: Step): Promise<void> {
    const userId = userIds[user] as string;
    const expired = await node(at)
      .get(Database)
      .transaction(async (tx) => {
        await node(at).get(StreamLog).lock(tx, userStream(userId));
        const { rows } = await execute<{ unread: boolean }>(
          tx.db,
          sql`DELETE FROM notifications WHERE id = (SELECT id FROM notifications WHERE user_id = ${userId} ORDER BY id LIMIT 1)
              RETURNING read_at IS NULL AND hidden_at IS NULL AND NOT coalesce(
                settled AND id <= (SELECT read_to FROM inboxes WHERE user_id = ${userId}), false) AS unread`,
        );
        return rows[0]?.unread === true;
      });
    if (expired) ledgerOf(userId).expired += 1;
  }

  function run(step: Step): Promise<void> {
    if (SENDS.includes(step.act)) return send(step);
    return step.act === 'expire' ? expire(step) : change(step);
  }

  /** Reads every page, of all and of unread notifications. */
  async function listed(userId: string, unread?: true): Promise<{ id: string; is_read: boolean }[]> {
    const all: { id: string; is_read: boolean }[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 7, ...(unread && { unread }), ...(cursor !== undefined && { cursor }) };
      const { page } = await service(0).list(userId, query);
      all.push(...page.results);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return all;
  }

  it('are the number sent minus those read, deleted and expired, and agree with the lists', async () => {
    const check = fc.asyncProperty(roundsOf(ACTS), async (rounds) => {
      await begin();
      for (const round of rounds) {
        await Promise.allSettled(round.map(run));
        await Promise.all(stack.apps.map((app) => app.get(Database).settle()));
      }
      for (const userId of userIds) {
        const { sent, read, removed, expired } = ledgerOf(userId);
        const unread = await listed(userId, true);
        const all = await listed(userId);
        const expected = sent - read - removed - expired;
        expect(await service(1).unreadCount(userId)).toBe(unread.length);
        expect(all.filter(({ is_read: isRead }) => !isRead)).toEqual(unread);
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
        expect(unread.length).toBe(expected);
      }
    });
    await fc.assert(check, { numRuns: 25 });
  }, 300_000);

  it('agree with the lists while notifications and broadcasts are retracted, replaced, archived and taken back', async () => {
    const check = fc.asyncProperty(roundsOf([...ACTS, ...OTHER_ACTS]), async (rounds) => {
      await begin();
      for (const round of rounds) {
        const outcomes = await Promise.allSettled(round.map(run));
        for (const { reason } of outcomes as { reason?: Error }[]) {
          expect(reason?.message ?? '').toMatch(/^(rolled back|There is no such notification.*)?$/);
        }
        await Promise.all(stack.apps.map((app) => app.get(Database).settle()));
      }
      for (const userId of userIds) {
        const unread = await listed(userId, true);
        const all = await listed(userId);
        expect(await service(1).unreadCount(userId)).toBe(unread.length);
        expect(all.filter(({ is_read: isRead }) => !isRead)).toEqual(unread);
      }
    });
    await fc.assert(check, { numRuns: 25 });
  }, 300_000);

  it('include a notification that is committed after its owner has read all, although its id is older', async () => {
    await begin();
    const [userId] = userIds as [string];
    const notify = (n: number) =>
      node(n)
        .get(Database)
        .transaction((tx) => node(n).get(NotificationSender).notify(tx, [userId], CONTENT));
    const [late] = await node(0)
      .get(Database)
      .transaction(async (tx) => {
        const views = await node(0).get(NotificationSender).notify(tx, [userId], CONTENT);
        await notify(1);
        expect(await service(1).markAllRead(userId)).toBe(1);
        return views;
      });
    expect(await service(0).unreadCount(userId)).toBe(1);
    expect(await listed(userId, true)).toMatchObject([{ id: late?.id, is_read: false }]);
    expect((await listed(userId)).map(({ is_read: isRead }) => isRead)).toEqual([true, false]);
    expect(await service(1).markAllRead(userId)).toBe(1);
    expect([await service(0).unreadCount(userId), await listed(userId, true)]).toEqual([0, []]);
  });
});
