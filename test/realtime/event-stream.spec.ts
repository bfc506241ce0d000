import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStream } from '../support/clients/event-stream.js';
import type { Person } from '../support/people.js';
import { must, rest } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

describe('Server-Sent Events', () => {
  let stack: Stack;
  let admin: Person;
  let customer: Person;
  let url: string;

  beforeAll(async () => {
    stack = await startStack();
    [admin, customer] = [await stack.people.admin(), await stack.people.customer()];
    url = `${stack.otherUrl}/api/notifications/stream/`;
  });

  afterAll(() => stack.stop());

  const notify = (title: string, to: object = { user_id: customer.id }): Promise<unknown> =>
    must(stack.url, 'POST /api/notifications/', {
      token: admin.accessToken,
      body: { ...to, notification_type: 'general', title, message: title },
    });

  it('carry the same messages as the socket, with the position as id', async () => {
    const stream = await openStream(url, { token: customer.socketToken });
    expect(stream.answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, { token: customer.socketToken });
    const greeting = await socket.expectMessage('connection_established');
    await stream.expectEvent('connection_established', { position: greeting.position, unread_count: 0 });
    await notify('Hello');
    await notify('World', { broadcast: true });
    for (const type of ['notification', 'unread_count', 'notification']) {
      const message = await socket.expectMessage(type);
      expect((await stream.expectEvent(type)).data).toEqual(message);
    }
    stream.close();
  });

  it.each(['header', 'query'])('resume at the last position, by %s', async (way) => {
    const first = await openStream(url, { token: customer.socketToken, ignore: ['unread_count'] });
    await first.expectEvent('connection_established');
    await notify('seen');
    const { id = '' } = await first.expectEvent('notification');
    first.close();
    await notify('missed');
    const second = await openStream(url, {
      token: customer.socketToken,
      ignore: ['unread_count'],
      ...(way === 'header' ? { headers: { 'last-event-id': id } } : { since: id }),
    });
    await second.expectEvent('connection_established', { resumed: true, replayed: 1 });
    await second.expectEvent('notification', { notification: expect.objectContaining({ title: 'missed' }) });
    second.close();
  });

  it('accept tokens like sockets: in header, cookie and query, but no access token in the query', async () => {
    const ways: Record<string, string>[] = [
      { authorization: `Bearer ${customer.accessToken}` },
      { authorization: `Bearer ${customer.socketToken}` },
      { cookie: `access_token=${customer.accessToken}` },
    ];
    for (const headers of ways) {
      const stream = await openStream(url, { headers });
      await stream.expectEvent('connection_established');
      stream.close();
    }
    await expect(openStream(url, { token: customer.accessToken })).rejects.toThrow('401');
  });

  it('are rejected with the errors of REST', async () => {
    expect(await rest(stack.otherUrl, 'GET /api/notifications/stream/')).toMatchObject({
      status: 401,
      body: { title: 'Not authenticated', status: 401 },
    });
    const { accessToken: token } = customer;
    expect((await rest(stack.otherUrl, 'GET /api/partners/me/stream/', { token })).status).toBe(403);
    expect((await rest(stack.otherUrl, 'GET /api/orders/nothing/stream/', { token })).status).toBe(404);
    const headers = { origin: 'https://evil.test' };
    expect((await rest(stack.otherUrl, 'GET /api/notifications/stream/', { token, headers })).status).toBe(403);
  });

  it('support neither HEAD nor writes', async () => {
    const headers = { authorization: `Bearer ${customer.accessToken}` };
    for (const method of ['HEAD', 'POST', 'PUT']) {
      const answer = await fetch(url, { method, headers });
      expect([method, answer.status]).toEqual([method, 405]);
      expect(answer.headers.get('allow')).toMatch(/GET$/);
    }
  });

  it('end with the session, and contain the reason', async () => {
    const session = await stack.people.signIn(customer.email);
    const stream = await openStream(url, { token: session.socketToken });
    await stream.expectEvent('connection_established');
    await must(stack.url, 'POST /api/auth/logout', { token: session.accessToken });
    await stream.expectEvent('disconnect', { code: 4006, reconnect: false });
    await stream.ended();
  });
});
