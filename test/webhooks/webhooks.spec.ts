import { describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import type { Page, Problem } from '../support/clients/ask.js';
import { must } from '../support/clients/rest.js';
import type { Person } from '../support/people.js';
import type { ReceivedWebhook } from '../support/peers/webhook-receiver.js';
import { notify, titles } from '../support/scenes/notification-story.js';
import { assign, moveTo, placeOrder } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';
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
import type { Delivery, Endpoint } from './webhook-scene.js';

describe('webhooks', () => {
  setWebhookScene();

  const edited = (customer: Person, { id, version }: Order, notes: string): Promise<Order> =>
    must(stack.url, `PATCH /api/orders/${id}/`, { token: customer.accessToken, body: { version, notes } });

  it('tell what happens to an order, in its order, with a signature of the specification', async () => {
    await listen('order.*');
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    const order = await assign(stack, admin, await placeOrder(stack, carla), paul);
    await moveTo(stack, paul, order, 'completed');

    const events: ReceivedWebhook[] = [];
    for (let n = 0; n < 8; n++) events.push(await take('an event of the order'));
    expect(events.map(({ type, data }) => [type, (data.change as { to_status: string }).to_status])).toEqual([
      ['order.created', 'pending'],
      ['order.assigned', 'pending'],
      ...['confirmed', 'picked_up', 'in_progress', 'ready', 'out_for_delivery', 'completed'].map((status) => [
        'order.status_changed',
        status,
      ]),
    ]);
    expect(events[0]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: {
        order: { id: order.id, customer_id: carla.id, total: 25.5 },
        change: { event: 'created', changed_by: carla.id },
      },
    });
    expect(new Set(events.map(({ id }) => id)).size).toBe(8);
    expect(await untilSent('delivered', 8)).toMatchObject(
      Array(8).fill({ attempts: 1, last_status: 204, last_error: null }),
    );
  });

  it('tell of notifications, deliveries and users, and only what the endpoint wants', async () => {
    await listen('notification.*', 'user.*');
    const carla = await stack.people.customer();
    const { id } = await notify(stack, admin, { user_id: carla.id, data: { number: 1 } });
    await ask(`POST /api/notifications/${id}/read/`, carla);
    await placeOrder(stack, carla);
    await ask('PATCH /api/auth/me', carla, { name: 'Carla the Great' });
    await ask(`POST /api/notifications/${id}/retract/`, admin);

    const events: Record<string, ReceivedWebhook> = {};
    for (let n = 0; n < 4; n++) {
      const event = await take('an event');
      events[event.type] = event;
    }
    expect(Object.keys(events).sort()).toEqual([
      'notification.created',
      'notification.read',
      'notification.retracted',
      'user.changed',
    ]);
    expect(events['notification.created']?.data).toMatchObject({
      user_id: carla.id,
      notification: { id, title: 'Hello', data: { number: 1 } },
    });
    expect(events['notification.read']?.data).toEqual({ user_id: carla.id, notification_id: id });
    expect(events['user.changed']?.data).toMatchObject({ user: { id: carla.id, name: 'Carla the Great' } });
    expect(JSON.stringify(events)).not.toContain('argon2');
  });

  it('are not sent for a change that was rolled back', async () => {
    await listen('user.*');
    const carla = await stack.people.customer();
    const taken = { email: carla.email, password: 'quiet otters at dawn' };
    expect((await ask('POST /api/users/', admin, taken)).status).toBe(409);
    await ask('POST /api/users/', admin, { email: `new-${carla.email}` });
    expect(await take('the user')).toMatchObject({
      type: 'user.created',
      data: { user: { email: `new-${carla.email}` } },
    });
    expect(await sent()).toHaveLength(1);
  });

  it('reach a receiver that is killed 20 times, each at least once and in order per order', async () => {
    await listen('order.created', 'order.edited');
    const carla = await stack.people.customer();
    const orders = [await placeOrder(stack, carla), await placeOrder(stack, carla), await placeOrder(stack, carla)];
    // Every fifth message is read, and the connection is cut before the answer.
    let count = 0;
    receiver.answer = () => ((count += 1) % 5 === 0 ? 0 : 204);
    const EDITS = 20;
    for (let edit = 1; edit <= EDITS; edit += 1) {
      await receiver.kill();
      for (const [index, order] of orders.entries()) orders[index] = await edited(carla, order, `edit ${edit}`);
      await receiver.start();
    }
    receiver.answer = () => 204;
    const seen = new Map<string, Set<string>>();
    let distinct = 0;
    while (distinct < orders.length * (EDITS + 1)) {
      const { data } = await take('an event of an order');
      const { id, notes } = data.order as { id: string; notes: string };
      const known = seen.get(id) ?? new Set();
      seen.set(id, known.add(notes));
      distinct = [...seen.values()].reduce((total, { size }) => total + size, 0);
    }
    const inOrder = ['', ...Array.from({ length: EDITS }, (_, index) => `edit ${index + 1}`)];
    for (const { id } of orders) expect([...(seen.get(id) ?? [])]).toEqual(inOrder);
  }, 120_000);

  it('about one subject wait for each other, and others do not', async () => {
    await listen('order.created', 'order.edited');
    const carla = await stack.people.customer();
    let stuck = '';
    receiver.answer = ({ data }) => ((data.order as { id: string }).id === stuck ? 500 : 204);
    const poison = await placeOrder(stack, carla);
    await take('the first order');
    stuck = poison.id;
    await edited(carla, await edited(carla, poison, 'first'), 'second');
    const other = await placeOrder(stack, carla);
    expect(await take('the other order')).toMatchObject({ data: { order: { id: other.id } } });

    await untilSent('delivered', 2);
    let pending = await sent('?status=pending');
    while (pending.at(-1)?.last_status !== 500) pending = await sent('?status=pending');
    expect(pending.map(({ last_status: last }) => last)).toEqual([null, 500]);
    stuck = '';
    expect(await take('first')).toMatchObject({ data: { order: { notes: 'first' } } });
    expect(await take('second')).toMatchObject({ data: { order: { notes: 'second' } } });
  });

  it('are replayed from a point in time, with the same ids', async () => {
    await listen('user.*');
    const start = new Date().toISOString();
    await ask('PATCH /api/auth/me', admin, { name: 'Ada the First' });
    const first = await take('the first change');
    const since = new Date().toISOString();
    await ask('PATCH /api/auth/me', admin, { name: 'Ada the Second' });
    const second = await take('the second change');

    expect(await ask(`POST ${path('replay/')}`, admin, { since })).toMatchObject({
      status: 202,
      body: { replayed: 1 },
    });
    expect((await take('the replay')).id).toBe(second.id);
    await ask(`POST ${path('replay/')}`, admin, { since: start });
    const ids = [(await take('one')).id, (await take('two')).id];
    expect(ids).toEqual([first.id, second.id]);
    expect((await ask<Problem>(`POST ${path('replay/')}`, admin, { since: 'yesterday' })).status).toBe(400);
  });

  it('are tested on demand, and signed with both secrets during a rotation', async () => {
    await listen('delivery.failed');
    const { body } = await ask<{ message_id: string }>(`POST ${path('test/')}`, admin);
    expect(await take('the test')).toMatchObject({ id: body.message_id, type: 'webhook.test' });

    const rotated = await ask<Endpoint>(`POST ${path('rotate-secret/')}`, admin, {});
    expect(rotated.body.secret).not.toBe(endpoint.secret);
    for (const secret of [endpoint.secret, rotated.body.secret]) {
      receiver.secret = secret;
      await ask(`POST ${path('test/')}`, admin);
      await take('a message with both signatures');
    }
    const { body: last } = await ask<Endpoint>(`POST ${path('rotate-secret/')}`, admin, { overlap_s: 0 });
    receiver.secret = last.secret;
    await ask(`POST ${path('test/')}`, admin);
    await take('a message with the last secret');
    expect(JSON.stringify(await state())).not.toContain('whsec_');
    const audit = await ask<Page<{ action: string }>>(`GET /api/audit/?target_id=${endpoint.id}`, admin);
    expect(audit.body.results.map(({ action }) => action)).toEqual([
      'webhook_changed',
      'webhook_changed',
      'webhook_created',
    ]);
    expect(JSON.stringify(audit.body)).not.toContain('whsec_');
  });

  it('are disabled after three days of failures, and the administrators are told', async () => {
    await listen('user.changed');
    receiver.answer = () => 503;
    await ask('PATCH /api/auth/me', admin, { name: 'Ada' });
    while ((await state()).failing_since === null);
    await database().db.execute(sql`
      UPDATE webhook_endpoints SET failing_since = now() - interval '73 hours', paused_until = NULL WHERE id = ${endpoint.id}`);
    while ((await state()).enabled);

    expect(await state()).toMatchObject({ enabled: false, disabled_reason: 'failing' });
    expect(await titles(ask, admin)).toContain('A webhook endpoint was disabled');
    receiver.answer = () => 204;
    await ask('PATCH /api/auth/me', admin, { name: 'Ada again' });
    expect(await ask(`PATCH ${path()}`, admin, { enabled: true })).toMatchObject({
      body: { enabled: true, failing_since: null },
    });
    expect(await take('the message that waited')).toMatchObject({ data: { user: { name: 'Ada' } } });
  });

  it('are given up after three days, and stop at once at an endpoint that is gone', async () => {
    await listen('user.changed');
    receiver.answer = () => 500;
    await ask('PATCH /api/auth/me', admin, { name: 'Ada' });
    await untilSent('pending', 1);
    await database().db.execute(sql`
      UPDATE webhook_deliveries SET started_at = now() - interval '73 hours' WHERE endpoint_id = ${endpoint.id}`);
    expect(await untilSent('failed', 1)).toMatchObject([{ last_status: 500, last_error: 'answered 500' }]);

    receiver.answer = () => 410;
    await ask('PATCH /api/auth/me', admin, { name: 'Ada' });
    while ((await state()).enabled);
    expect(await state()).toMatchObject({ disabled_reason: 'gone' });
  });

  it('do not follow redirects', async () => {
    await listen('user.changed');
    receiver.answer = () => 302;
    await ask('PATCH /api/auth/me', admin, { name: 'Ada' });
    while ((await state()).failing_since === null);
    expect((await sent())[0]).toMatchObject({ status: 'pending', last_status: 302, last_error: 'answered 302' });
  });

  it('go to public addresses only, unless the operator permits a host', async () => {
    await listen('user.changed');
    const create = (url: string): Promise<{ status: number; body: Problem }> =>
      ask<Problem>('POST /api/webhooks/', admin, { url, events: ['*'] });
    for (const url of [
      'http://example.com/hook',
      'https://10.0.0.7/hook',
      'https://[::1]/hook',
      'https://[::ffff:192.168.0.1]/hook',
      'https://[::10.0.0.7]/hook',
      'https://[64:ff9b::10.0.0.7]/hook',
      'https://[2002:a00:7::1]/hook',
      'https://[fe80::1]/hook',
      'https://169.254.169.254/latest/meta-data',
      'https://167772167/hook',
      'https://0xa.7/hook',
      'https://user:secret@example.com/hook',
      'ftp://example.com/hook',
      'file:///etc/passwd',
      'hook',
    ]) {
      const answer = await create(url);
      expect([url, answer.status, answer.body.errors?.[0]?.pointer]).toEqual([url, 400, '#/url']);
    }
    // A name is checked when it is resolved.
    const named = await must<Endpoint>(stack.url, 'POST /api/webhooks/', {
      token: admin.accessToken,
      body: { url: 'https://localhost/hook', events: ['user.changed'] },
    });
    await must(stack.url, `POST /api/webhooks/${named.id}/test/`, { token: admin.accessToken });
    const record = `GET /api/webhooks/${named.id}/deliveries/`;
    let [delivery] = (await ask<Page<Delivery>>(record, admin)).body.results;
    while (!delivery?.last_error) [delivery] = (await ask<Page<Delivery>>(record, admin)).body.results;
    expect(delivery.last_error).toContain('localhost is not a public address');
    expect((await ask(`DELETE /api/webhooks/${named.id}/`, admin)).status).toBe(204);
  });

  it('have one endpoint for a repeated request, with the same secret', async () => {
    await listen('user.changed');
    const headers = { 'idempotency-key': 'hook-of-the-shop' };
    const body = { url: receiver.url, events: ['order.*'] };
    const once = (): Promise<Endpoint> =>
      must<Endpoint>(stack.url, 'POST /api/webhooks/', { token: admin.accessToken, headers, body });
    const first = await once();
    expect(await once()).toEqual(first);
    expect((await ask<{ results: object[] }>('GET /api/webhooks/', admin)).body.results).toHaveLength(2);
    await ask(`DELETE /api/webhooks/${first.id}/`, admin);
  });

  it('are managed by administrators only, and with known events only', async () => {
    await listen('user.changed');
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    for (const person of [carla, paul]) {
      for (const line of ['GET /api/webhooks/', `GET ${path()}`, `DELETE ${path()}`, `POST ${path('test/')}`]) {
        expect([line, (await ask(line, person)).status]).toEqual([line, 403]);
      }
    }
    const wrong = await ask<Problem>('POST /api/webhooks/', admin, { url: receiver.url, events: ['orders.created'] });
    expect(wrong.status).toBe(400);
    expect((await ask('GET /api/webhooks/nothing/', admin)).status).toBe(404);
    expect((await ask<{ results: object[] }>('GET /api/webhooks/', admin)).body.results).toMatchObject([
      { url: receiver.url, events: ['user.changed'], enabled: true },
    ]);
  });
});
