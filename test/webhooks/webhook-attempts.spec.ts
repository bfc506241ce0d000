import { describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { execute } from '../../src/database/execute.js';
import { DeliveriesRepository } from '../../src/deliveries/record/deliveries.repository.js';
import type { DeliveryChange } from '../../src/deliveries/record/deliveries.repository.js';
import { DeliveryChanges } from '../../src/deliveries/record/delivery-changes.js';
import { OldWebhookMessages } from '../../src/webhooks/old-webhook-messages.js';
import { WebhookOutbox } from '../../src/webhooks/outbox/webhook-outbox.js';
import { notify } from '../support/scenes/notification-story.js';
import {
  admin,
  ask,
  database,
  endpoint,
  listen,
  path,
  receiver,
  sent,
  setWebhookScene,
  stack,
  state,
  take,
  untilSent,
} from './webhook-scene.js';

describe('attempts to send webhooks', () => {
  setWebhookScene();

  it('are sent for three more days when an administrator enables the endpoint again', async () => {
    await listen('user.changed');
    receiver.answer = () => 503;
    await ask('PATCH /api/auth/me', admin, { name: 'Ada' });
    while ((await state()).failing_since === null);
    await ask(`PATCH ${path()}`, admin, { enabled: false });
    await database().db.execute(sql`
      UPDATE webhook_deliveries SET started_at = now() - interval '73 hours', due_at = now() + interval '8 hours'
      WHERE endpoint_id = ${endpoint.id}`);
    let answers = 0;
    receiver.answer = () => ((answers += 1) === 1 ? 503 : 204);
    await ask(`PATCH ${path()}`, admin, { enabled: true });

    expect(await take('the message that waited')).toMatchObject({ data: { user: { name: 'Ada' } } });
    expect(answers).toBe(2);
  });

  it('tell of each delivery that changes in one transaction', async () => {
    await listen('delivery.*');
    const carla = await stack.people.customer();
    const { id: notificationId } = await notify(stack, admin, { user_id: carla.id });
    const key = { notificationId, userId: carla.id };
    const app = stack.apps[0];
    const change = (...changes: readonly DeliveryChange[]): Promise<void> =>
      database().transaction((tx) => (app?.get(DeliveryChanges) as DeliveryChanges).change(tx, changes));
    await database().db.execute(sql`DELETE FROM deliveries WHERE notification_id = ${notificationId}`);
    const rest = { status: 'queued', reason: null, dueAt: new Date('2999-01-01'), escalation: false } as const;
    const rows = (['email', 'sms', 'push'] as const).map((channel) => ({ ...key, ...rest, channel }));
    await database().db.execute((app?.get(DeliveriesRepository) as DeliveriesRepository).insertion(rows));
    await change(
      { ...key, channel: 'email', status: 'sent' },
      { ...key, channel: 'sms', status: 'failed' },
      { ...key, channel: 'push', status: 'sent' },
    );

    const events = [await take('the first'), await take('the second'), await take('the third')];
    expect(events.map(({ type, data }) => `${type} ${String(data.channel)}`).sort()).toEqual([
      'delivery.failed sms',
      'delivery.sent email',
      'delivery.sent push',
    ]);
    // A repeated delivery is no event.
    await change({ ...key, channel: 'sms', status: 'queued', dueAt: rest.dueAt });
    await change({ ...key, channel: 'sms', status: 'sent' });
    expect(await take('the outcome')).toMatchObject({ type: 'delivery.sent', data: { channel: 'sms' } });
  });

  it('are kept for HISTORY_DAYS, and for longer only while the endpoint is enabled', async () => {
    await listen('user.changed');
    receiver.answer = () => 503;
    await ask('PATCH /api/auth/me', admin, { name: 'Ada' });
    while ((await state()).failing_since === null);
    await database().db.execute(sql`UPDATE webhook_messages SET created_at = now() - interval '31 days'`);
    const old = new OldWebhookMessages(database());
    await old.deleteSome(30);
    expect(await sent()).toHaveLength(1);

    await ask(`PATCH ${path()}`, admin, { enabled: false });
    await old.deleteSome(30);
    expect(await sent()).toEqual([]);
  });

  it('count as delivered, also if an attempt whose claim expired fails later', async () => {
    await listen('user.changed');
    let fail = (): void => undefined;
    const failed = new Promise<number>((resolve) => {
      fail = () => resolve(500);
    });
    receiver.answer = () => (receiver.all.length === 1 ? failed : 204);
    await ask('PATCH /api/auth/me', admin, { name: 'Ada' });
    while (receiver.all.length === 0) await state();
    await database().db.execute(sql`
      UPDATE webhook_deliveries SET claimed_until = now() - interval '1 second', started_at = now() - interval '73 hours'
      WHERE endpoint_id = ${endpoint.id}`);
    await untilSent('delivered', 1);
    fail();
    while ((await state()).failing_since === null);

    expect(await sent()).toMatchObject([{ status: 'delivered', attempts: 2, last_status: 204, last_error: null }]);
  });

  it('are not sent twice when an administrator replays them during an attempt', async () => {
    await listen('user.changed');
    const since = new Date().toISOString();
    let accept = (): void => undefined;
    const accepted = new Promise<number>((resolve) => {
      accept = () => resolve(204);
    });
    receiver.answer = ({ data }) => ((data.user as { id: string }).id === admin.id ? accepted : 204);
    await ask('PATCH /api/auth/me', admin, { name: 'Ada' });
    while (receiver.all.length === 0) await state();
    await ask(`POST ${path('replay/')}`, admin, { since });
    // Is claimed after the replayed message would be.
    await ask('PATCH /api/auth/me', await stack.people.customer(), { name: 'Carla' });
    await take('the event of another user');
    accept();
    await untilSent('delivered', 2);

    expect(receiver.all).toHaveLength(2);
  });

  it('about a broadcast do not wait for each other if they concern different users', async () => {
    await listen('notification.read');
    const [carla, dora] = [await stack.people.customer(), await stack.people.customer()];
    const { id } = await notify(stack, admin, { broadcast: true });
    receiver.answer = ({ data }) => (data.user_id === carla.id ? 500 : 204);
    await ask(`POST /api/notifications/${id}/read/`, carla);
    while ((await state()).failing_since === null);
    await ask(`POST /api/notifications/${id}/read/`, dora);

    expect(await take('the event of another user')).toMatchObject({ data: { user_id: dora.id } });
  });

  it('that wait for a failing subject leave room for others', async () => {
    await listen('user.changed');
    const carla = await stack.people.customer();
    receiver.answer = ({ data }) => ((data.user as { id: string }).id === carla.id ? 500 : 204);
    await ask('PATCH /api/auth/me', carla, { name: 'Carla' });
    while ((await state()).failing_since === null);
    const postpone = sql`
      UPDATE webhook_deliveries SET due_at = now() + interval '8 hours'
      WHERE endpoint_id = ${endpoint.id} AND claimed_until IS NULL RETURNING 1`;
    while ((await execute(database().db, postpone)).rows.length === 0);
    const data = { user: { id: carla.id } };
    const events = Array.from({ length: 2_100 }, () => ({ event: 'user.changed', subject: `user ${carla.id}`, data }));
    const outbox = stack.apps[0]?.get(WebhookOutbox) as WebhookOutbox;
    await database().transaction((tx) => outbox.store(tx, [endpoint.id], events));
    await ask('PATCH /api/auth/me', admin, { name: 'Ada' });

    expect(await take('the event of another user')).toMatchObject({ data: { user: { id: admin.id } } });
  });

  it('fail at an endpoint that switches to another protocol', async () => {
    await listen('user.changed');
    receiver.answer = () => 101;
    await ask('PATCH /api/auth/me', admin, { name: 'Ada' });
    while ((await state()).failing_since === null);
    expect((await sent())[0]).toMatchObject({ status: 'pending', last_status: null, last_error: 'no answer' });
  });
});
