import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { skipWaiting } from '../../deliveries/delivery-story.js';
import { askOf } from '../../support/clients/ask.js';
import { follow } from '../../support/clients/follow.js';
import { assign, placeOrder } from '../../support/scenes/order-story.js';
import { unread } from '../../support/scenes/notification-story.js';
import { query } from '../../support/servers/postgres-databases.js';
import { SeparateWorkers } from './separate-workers.js';

describe('a worker that is killed while it announces chat messages', () => {
  let workers: SeparateWorkers;
  let locker: pg.Client;
  const ask = askOf(() => workers.stack);

  beforeAll(async () => {
    workers = await SeparateWorkers.open();
    locker = new pg.Client({ connectionString: workers.databaseUrl });
    await locker.connect();
  }, 120_000);
  afterAll(async () => {
    await locker.end();
    await workers.close();
  });

  it('announces each message once, also those that are written meanwhile', async () => {
    const { stack } = workers;
    const { people } = stack;
    const [admin, carla, paul] = [await people.admin(), await people.customer(), await people.partner()];
    const order = await assign(stack, admin, await placeOrder(stack, carla), paul);
    const before = await unread(ask, carla);
    const say = (text: string): Promise<unknown> => ask(`POST /api/orders/${order.id}/messages/`, paul, { text });
    const announced = async (): Promise<number> => {
      const isDone = `select count(*)::int as count from order_messages where order_id = '${order.id}' and announced_at is not null`;
      return Number((await query(workers.databaseUrl, isDone))[0]?.count);
    };

    await say('one');
    await skipWaiting(stack, carla);
    // The worker is killed when it has claimed and finished the job, but not stored the notification or committed.
    await locker.query('begin; lock table notifications in share mode');
    const killed = await workers.start();
    await workers.untilOneWaitsFor('notifications');
    await killed.kill();
    await locker.query('commit');
    await say('two');
    expect(await announced()).toBe(0);

    const { socket } = await follow(stack, '/ws/notifications/', carla, {
      ignore: ['unread_count', 'presence', 'notification_deleted'],
    });
    // Another worker takes over after 15 seconds of silence, so the test does not limit the time.
    await workers.start();
    while ((await announced()) < 2) await skipWaiting(stack, carla);
    await expectOneNotificationOf(socket, ['one', 'two']);
    expect(await unread(ask, carla)).toBe(before + 1);
    await socket.close();
  }, 180_000);

  /** The messages may be announced together, or the second in a notification that replaces the first. */
  async function expectOneNotificationOf(
    socket: Awaited<ReturnType<typeof follow>>['socket'],
    texts: readonly string[],
  ): Promise<void> {
    const shown: string[] = [];
    while (shown.length < texts.length) {
      const { notification } = await socket.expectMessage<{ notification: { data: { text: string } } }>({
        type: 'notification',
        notification: { notification_type: 'chat_message' },
      });
      shown.push(...notification.data.text.split('\n'));
    }
    expect(shown).toEqual(texts);
  }
});
