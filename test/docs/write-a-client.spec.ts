import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBrowser, openPage } from '../support/clients/browser.js';
import { markedBlocks } from '../support/documents/document.js';
import { Mailbox } from '../support/clients/mailbox.js';
import { notify } from '../support/scenes/notification-story.js';
import type { Person } from '../support/people.js';
import { must } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { Frame } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
let admin: Person;
beforeAll(async () => {
  stack = await startStack();
  admin = await stack.people.admin();
});
afterAll(() => stack.stop());

const broadcast = (title: string): Promise<unknown> => notify(stack, admin, { broadcast: true, title });
const enter = (person: Person, since?: string): ReturnType<typeof open> =>
  open(`${stack.url}/ws/notifications/`, { token: person.socketToken, ...(since !== undefined && { since }) });

interface Greeting {
  readonly position: string;
  readonly unread_count: number;
}

describe('the statements of docs/write-a-client.md', () => {
  it('the unread count of the greeting includes replayed messages, and its position is the one that the client sent', async () => {
    const carla = await stack.people.customer();
    const before = await enter(carla);
    const { position } = await before.expectMessage<Greeting>('connection_established');
    await before.close();
    await notify(stack, admin, { user_id: carla.id });
    await broadcast('To all');
    const after = await enter(carla, position);
    await after.expectMessage({
      type: 'connection_established',
      resumed: true,
      replayed: 2,
      unread_count: 2,
      position,
    });
    await after.expectMessages('notification', { type: 'notification', notification: { broadcast: true } });
    await after.expectNothing();
  });

  it('a live broadcast is not followed by a count, other notifications are', async () => {
    const carla = await stack.people.customer();
    const socket = await enter(carla);
    await socket.expectMessage('connection_established');
    await broadcast('To all');
    await socket.expectMessage({ type: 'notification', notification: { broadcast: true } });
    await socket.expectNothing();
    await notify(stack, admin, { user_id: carla.id });
    await socket.expectMessages('notification', { type: 'unread_count', count: 2 });
  });

  it('a position of another path is answered with resumed: false and the newest position', async () => {
    const paul = await stack.people.partner();
    const partner = await open(`${stack.url}/ws/partner/`, { token: paul.socketToken });
    const { position } = await partner.expectMessage<Greeting>('connection_established');
    const socket = await enter(paul, position);
    await socket.expectMessage({ type: 'connection_established', resumed: false, replayed: 0 });
  });

  it('messages sent during the handshake are handled after it', async () => {
    const carla = await stack.people.customer();
    const socket = await enter(carla);
    socket.send({ type: 'ping', request_id: 'early' });
    await socket.expectMessage('connection_established');
    await socket.expectMessage({ type: 'pong', request_id: 'early' });
  });

  it('an acknowledged notification is delivered; an invalid token changes nothing', async () => {
    const carla = await stack.people.customer();
    const socket = await enter(carla);
    await socket.expectMessage('connection_established');
    await notify(stack, admin, { user_id: carla.id });
    const [received] = await socket.expectMessages('notification', 'unread_count');
    socket.send({ type: 'ack', position: received?.position });
    await socket.expectMessage({ type: 'notification_status', channel: 'websocket', status: 'delivered' });
    socket.send({ type: 'authenticate', token: 'not-a-token' });
    await socket.expectMessage({ type: 'error', code: 'unauthenticated' });
    socket.send({ type: 'ping' });
    await socket.expectMessage('pong');
  });
});

describe('the client of docs/write-a-client.md, in a browser', () => {
  it('receives each message once, including those sent while it was offline, and stops after a logout', async () => {
    const carla = await stack.people.customer();
    const browser = await openBrowser();
    try {
      const { page } = await openPage(browser, stack.url);
      const applied = new Mailbox<Frame>();
      const ended = new Mailbox<number>();
      await page.exposeFunction('apply', (message: Frame) => {
        if (message.type !== 'unread_count') applied.put(message);
      });
      await page.exposeFunction('end', (code: number) => {
        ended.put(code);
      });
      const [block] = markedBlocks('docs/write-a-client.md', 'client');
      await page.evaluate(`(() => {
        ${block?.text.replace('export class', 'class') ?? ''}
        const get = (path) =>
          fetch('/api/' + path, { headers: { authorization: 'Bearer ' + ${JSON.stringify(carla.accessToken)} } });
        window.client = new Client({
          load: async () => (await get('notifications/')).headers.get('X-Stream-Position'),
          url: async () => (await (await get('realtime/token/')).json()).endpoints.notifications,
          apply: window.apply,
          ended: ({ code }) => window.end(code),
        });
      })()`);
      const expectNext = async (expected: object): Promise<void> =>
        expect(await applied.take(JSON.stringify(expected))).toMatchObject(expected);
      await expectNext({ type: 'connection_established', resumed: true, replayed: 0 });
      await notify(stack, admin, { user_id: carla.id, title: 'one' });
      await expectNext({ type: 'notification', notification: { title: 'one' } });
      await page.context().setOffline(true);
      await page.evaluate('client.socket.close()');
      for (const title of ['two', 'three']) await notify(stack, admin, { user_id: carla.id, title });
      await page.context().setOffline(false);
      await expectNext({ type: 'connection_established', resumed: true, replayed: 2 });
      for (const title of ['two', 'three']) await expectNext({ type: 'notification', notification: { title } });
      await must(stack.url, 'POST /api/auth/logout', { token: carla.accessToken });
      expect(await ended.take('the end of the client')).toBe(4006);
      await expectNext({ type: 'disconnect', code: 4006 });
      expect(applied.unread()).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
