import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/people.js';
import { must, rest } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Listed {
  readonly results: { readonly id: string; readonly title: string; readonly is_read: boolean }[];
}

/**
 * The notification system: a web page and a phone of one user, an editor who sends, and a public page without a login.
 */
describe('a day with the notification system', () => {
  let stack: Stack;
  let editor: Person;
  let reader: Person;

  beforeAll(async () => {
    stack = await startStack({ ANONYMOUS_BROADCASTS: 'true' });
    [editor, reader] = [await stack.people.admin('Edith'), await stack.people.customer('Rita Reader')];
  });

  afterAll(() => stack.stop());

  const send = (body: object): Promise<{ id: string }> =>
    must(stack.url, 'POST /api/notifications/', {
      token: editor.accessToken,
      body: { notification_type: 'news', message: 'Read on', ...body },
    });

  it('works for its existing clients', async () => {
    const page = await open(`${stack.otherUrl}/ws/notifications/`, { token: reader.socketToken });
    await page.expectMessage({ type: 'connection_established', unread_count: 0 });
    const phone = await open(`${stack.url}/ws/notifications/${reader.id}/`, {
      headers: { authorization: `Bearer ${reader.socketToken}` },
    });
    await phone.expectMessage('connection_established');
    const visitor = await open(`${stack.otherUrl}/ws/notifications/`);
    await visitor.expectMessage({ type: 'connection_established', anonymous: true });

    const { id } = await send({ user_id: reader.id, title: 'For you' });
    for (const socket of [page, phone]) {
      await socket.expectMessages(
        { type: 'notification', notification: { id, title: 'For you', is_read: false } },
        { type: 'unread_count', count: 1 },
      );
    }

    await send({ broadcast: true, title: 'For all' });
    for (const socket of [page, phone, visitor]) {
      await socket.expectMessage({ type: 'notification', notification: { title: 'For all' } });
    }

    page.send({ type: 'mark_read', notification_id: id, request_id: 'm1' });
    await page.expectMessages(
      { type: 'mark_read_response', success: true, notification_id: id, request_id: 'm1' },
      { type: 'unread_count', count: 1 },
    );
    await phone.expectMessages({ type: 'notification_read', notification_id: id }, { type: 'unread_count', count: 1 });

    const { token } = { token: reader.accessToken };
    const list = await must<Listed>(stack.url, 'GET /api/notifications/?unread=true', { token });
    expect(list.results.map(({ title }) => title)).toEqual(['For all']);
    await must(stack.url, 'POST /api/notifications/read-all/', { token });
    for (const socket of [page, phone]) {
      await socket.expectMessages({ type: 'notification_read', all: true }, { type: 'unread_count', count: 0 });
    }
    expect((await rest(stack.url, 'GET /api/notifications/unread-count/', { token })).body).toEqual({ count: 0 });
  });

  it('loses no message when a client is offline', async () => {
    const phone = await open(`${stack.url}/ws/notifications/`, { token: reader.socketToken, ignore: ['unread_count'] });
    const { position } = await phone.expectMessage<{ position: string }>('connection_established');
    phone.terminate();
    for (const title of ['one', 'two', 'three']) await send({ user_id: reader.id, title });
    const again = await open(`${stack.otherUrl}/ws/notifications/`, {
      token: reader.socketToken,
      since: position,
      ignore: ['unread_count'],
    });
    await again.expectMessage({ type: 'connection_established', resumed: true, replayed: 3 });
    for (const title of ['one', 'two', 'three']) {
      await again.expectMessage({ type: 'notification', notification: { title } });
    }
  });
});
