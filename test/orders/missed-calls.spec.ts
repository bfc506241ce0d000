import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { execute } from '../../src/database/execute.js';
import { follow } from '../support/clients/follow.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import type { Person } from '../support/people.js';
import { admin, carla, order, path, paul, rival, setSceneWithOrder, stack } from '../support/scenes/order-scene.js';
import { assign } from '../support/scenes/order-story.js';

setSceneWithOrder();

let customer: SocketClient;
let partner: SocketClient;
let inbox: SocketClient;
beforeEach(async () => {
  const ignore = ['presence', 'order_update'];
  customer = (await follow(stack, path, carla, { ignore })).socket;
  partner = (await follow(stack, path, paul, { ignore: [...ignore, 'disconnect'] })).socket;
  inbox = await inboxOf(carla);
});

async function inboxOf(person: Person): Promise<SocketClient> {
  return (await follow(stack, '/ws/notifications/', person, { ignore: ['unread_count'] })).socket;
}

const rows = async <T>(query: ReturnType<typeof sql>): Promise<readonly T[]> =>
  (await execute<T & object>((stack.apps[0]?.get(Database) as Database).db, query)).rows;

/** Ends the time that a call may ring, and waits for the jobs. */
async function ringingIsOver(): Promise<void> {
  const ofOrder = sql`name = 'missed_call' and data->>'order_id' = ${order.id}`;
  await rows(sql`update pgboss.job set start_after = now() where ${ofOrder}`);
  while ((await rows(sql`select from pgboss.job where ${ofOrder}`)).length > 0) await setImmediate();
}

async function signal(from: SocketClient, to: SocketClient, call_id: string, kind: string): Promise<void> {
  from.send({ type: 'call_signal', call_id, signal: kind, request_id: kind });
  await from.expectMessage({ type: 'accepted', request_id: kind });
  await to.expectMessage({ type: 'call_signal', call_id, signal: kind });
}

const missed = (title: string, data: object): object => ({
  type: 'notification',
  notification: { notification_type: 'missed_call', title, data: { order_id: order.id, ...data } },
});

describe('a call on an order', () => {
  it('that nobody answers is a notification, once', async () => {
    for (const kind of ['ring', 'ring', 'offer']) await signal(partner, customer, 'c1', kind);
    await ringingIsOver();
    const { notification } = await inbox.expectMessage<{ notification: { message: string } }>(
      missed('Missed call from your partner', { caller: 'partner', count: 1 }) as { type: string },
    );
    expect(notification.message).toMatch(/^Last call: /);
    await signal(partner, customer, 'c1', 'hangup');
    await ringingIsOver();
    await inbox.expectNothing();
  });

  it('whose caller hangs up is a notification; further calls replace it while it is unread', async () => {
    for (const [count, call_id] of [
      [1, 'c1'],
      [2, 'c2'],
      [3, 'c3'],
    ] as const) {
      for (const kind of ['ring', 'hangup']) await signal(partner, customer, call_id, kind);
      await ringingIsOver();
      if (count > 1) await inbox.expectMessage('notification_deleted');
      const title = count === 1 ? 'Missed call from your partner' : `${count} missed calls from your partner`;
      await inbox.expectMessage(missed(title, { count }) as { type: string });
    }
    await inbox.expectNothing();
  });

  it.each(['answer', 'hangup'])('is not missed after the %s of the other side', async (kind) => {
    await signal(partner, customer, 'c1', 'ring');
    await signal(customer, partner, 'c1', kind);
    await signal(partner, customer, 'c1', 'hangup');
    await ringingIsOver();
    await inbox.expectNothing();
  });

  it('is not missed if the answer and the hang-up cross', async () => {
    await signal(partner, customer, 'c1', 'ring');
    await signal(partner, customer, 'c1', 'hangup');
    await signal(customer, partner, 'c1', 'answer');
    await ringingIsOver();
    await inbox.expectNothing();
  });

  it('of the customer is a notification to the partner', async () => {
    const partnerInbox = await inboxOf(paul);
    await signal(customer, partner, 'c1', 'ring');
    await ringingIsOver();
    await partnerInbox.expectMessage(
      missed('Missed call from the customer', { caller: 'customer', count: 1 }) as { type: string },
    );
  });

  it('of a partner who has lost the order is none', async () => {
    await signal(partner, customer, 'c1', 'ring');
    await assign(stack, admin, order, rival);
    await ringingIsOver();
    await inbox.expectNothing();
  });
});
