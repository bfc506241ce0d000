import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { WebSocketConnection } from '../../src/realtime/connection/web-socket-connection.js';
import { ConnectionRegistry } from '../../src/realtime/connection/connection-registry.js';
import { StreamStatistics } from '../../src/streams/follow/stream-statistics.js';
import type { Person } from '../support/people.js';
import { must } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const LIMIT = 65_536;
/** Together larger than the kernel's buffers of a loopback connection. */
const MESSAGES = 500;
const FILLER = 'x'.repeat(15_000);

describe('a client that is too slow', () => {
  let stack: Stack;

  afterEach(() => stack.stop());

  async function notify(admin: Person, customer: Person, count: number): Promise<void> {
    const body = { user_id: customer.id, notification_type: 'general', message: 'm', data: { FILLER } };
    for (let sent = 0; sent < count; sent += 20) {
      await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          must(stack.url, 'POST /api/notifications/', {
            token: admin.accessToken,
            body: { ...body, title: String(sent + i) },
          }),
        ),
      );
    }
  }

  it('receives the rest from the log when it reads again, in order and exactly once; other clients are not affected', async () => {
    stack = await startStack({ MAX_OUTBOUND_BYTES: String(LIMIT) });
    const [admin, customer] = await Promise.all([stack.people.admin(), stack.people.customer()]);
    const url = `${stack.otherUrl}/ws/notifications/`;
    const options = { token: customer.socketToken, ignore: ['unread_count'] };
    const slow = await open(url, options);
    const quick = await open(url, options);
    for (const socket of [slow, quick]) await socket.expectMessage('connection_established');
    slow.raw.pause();
    await notify(admin, customer, MESSAGES);
    const order: unknown[] = [];
    for (let i = 0; i < MESSAGES; i += 1) order.push((await quick.expectMessage('notification')).position);
    const statistics = stack.apps.at(-1)?.get(StreamStatistics);
    expect(statistics?.slowSockets).toBe(1);

    slow.raw.resume();
    for (const position of order) await slow.expectMessage({ type: 'notification', position });
    await notify(admin, customer, 20);
    for (let i = 0; i < 20; i += 1) {
      const { position } = await quick.expectMessage('notification');
      await slow.expectMessage({ type: 'notification', position });
    }
    await Promise.all([slow.close(), quick.close()]);
  }, 120_000);

  it('stays connected while it reads slowly, although its pongs are late', async () => {
    const beat = { PING_INTERVAL: '1', PONG_TIMEOUT: '4' };
    stack = await startStack({ MAX_OUTBOUND_BYTES: String(LIMIT), ...beat });
    const [admin, customer] = await Promise.all([stack.people.admin(), stack.people.customer()]);
    const url = `${stack.otherUrl}/ws/notifications/`;
    const slow = await open(url, { token: customer.socketToken, ignore: ['unread_count'] });
    await slow.expectMessage('connection_established');
    // Reads some messages from time to time. The data sent below takes it several times PONG_TIMEOUT.
    let read = 0;
    const pause = (): void => {
      read += 1;
      if (read % 8 === 0) slow.raw.pause();
    };
    slow.raw.on('message', pause);
    const reading = setInterval(() => slow.raw.resume(), 400);
    slow.raw.pause();
    await notify(admin, customer, 200);
    for (let i = 0; i < 200; i += 1) await slow.expectMessage('notification');
    clearInterval(reading);
    slow.raw.off('message', pause).resume();
    await slow.close();
  }, 120_000);

  it('is closed with 4101 if it reads nothing for too long', async () => {
    stack = await startStack({ MAX_OUTBOUND_BYTES: String(LIMIT), STUCK_TIMEOUT: '1', PING_INTERVAL: '1' });
    const [admin, customer] = await Promise.all([stack.people.admin(), stack.people.customer()]);
    const url = `${stack.otherUrl}/ws/notifications/`;
    const stuck = await open(url, { token: customer.socketToken, ignore: ['unread_count', 'notification'] });
    await stuck.expectMessage('connection_established');
    const [onServer] = (stack.apps.at(-1) as (typeof stack.apps)[number]).get(ConnectionRegistry);
    const closed = once((onServer as WebSocketConnection).webSocket, 'close');
    stuck.raw.pause();
    await notify(admin, customer, MESSAGES);
    await closed;
    // The data in the kernel's buffers is read now. The final message was queued behind the rest.
    stuck.raw.resume();
    await stuck.close();
  }, 120_000);
});
