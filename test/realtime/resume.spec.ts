import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import type { Person } from '../support/people.js';
import { must, rest } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Positioned {
  readonly position: string;
  readonly notification: { readonly title: string };
}

describe('a client that resumes', () => {
  let stack: Stack;
  let admin: Person;
  let customer: Person;

  beforeAll(async () => {
    stack = await startStack();
    admin = await stack.people.admin();
  });

  beforeEach(async () => {
    customer = await stack.people.customer();
  });

  afterAll(() => stack.stop());

  const connect = (since?: string, url = stack.otherUrl): Promise<SocketClient> =>
    open(`${url}/ws/notifications/`, {
      token: customer.socketToken,
      ignore: ['unread_count'],
      ...(since !== undefined && { since }),
    });

  const notify = (title: string, to: object = { user_id: customer.id }): Promise<unknown> =>
    must(stack.url, 'POST /api/notifications/', {
      token: admin.accessToken,
      body: { ...to, notification_type: 'general', title, message: title },
    });

  async function titles(socket: SocketClient, count: number): Promise<string[]> {
    const seen: string[] = [];
    for (let i = 0; i < count; i += 1) {
      seen.push((await socket.expectMessage<Positioned>('notification')).notification.title);
    }
    return seen;
  }

  it('receives exactly the missed notifications and broadcasts, in order, once', async () => {
    const first = await connect();
    await first.expectMessage('connection_established');
    await notify('seen');
    const { position } = await first.expectMessage<Positioned>('notification');
    await first.close();
    await notify('one');
    await notify('two', { broadcast: true });
    await notify('three');

    const second = await connect(position);
    await second.expectMessage({ type: 'connection_established', resumed: true, replayed: 3, position });
    expect(await titles(second, 3)).toEqual(['one', 'two', 'three']);
    await notify('four');
    expect(await titles(second, 1)).toEqual(['four']);
    await second.expectNothing();
  });

  it('can resume from the middle of the missed messages', async () => {
    const first = await connect();
    const { position } = await first.expectMessage<Positioned>('connection_established');
    await first.close();
    for (const title of ['a', 'b', 'c']) await notify(title, title === 'b' ? { broadcast: true } : undefined);
    const second = await connect(position);
    await second.expectMessage({ type: 'connection_established', replayed: 3 });
    const middle = await second.expectMessage<Positioned>({ type: 'notification', notification: { title: 'a' } });
    expect(await titles(second, 2)).toEqual(['b', 'c']);
    const third = await connect(middle.position);
    await third.expectMessage({ type: 'connection_established', resumed: true, replayed: 2 });
    expect(await titles(third, 2)).toEqual(['b', 'c']);
  });

  it('receives nothing if it has missed nothing', async () => {
    const first = await connect();
    const { position } = await first.expectMessage<Positioned>('connection_established');
    await first.close();
    const second = await connect(position);
    await second.expectMessage({ type: 'connection_established', resumed: true, replayed: 0, position });
    await second.expectNothing();
  });

  it('closes the gap between a list read over REST and the stream', async () => {
    await notify('listed');
    const list = await rest<{ results: { title: string }[] }>(stack.url, 'GET /api/notifications/', {
      token: customer.accessToken,
    });
    expect(list.body.results.map(({ title }) => title)).toContain('listed');
    await notify('after the list');
    const socket = await connect(list.headers.get('x-stream-position') ?? '');
    await socket.expectMessage({ type: 'connection_established', resumed: true, replayed: 1 });
    expect(await titles(socket, 1)).toEqual(['after the list']);
  });

  it('receives the messages published during the resume after the missed messages, each exactly once', async () => {
    const first = await connect();
    const { position } = await first.expectMessage<Positioned>('connection_established');
    await first.close();
    for (let i = 0; i < 40; i += 1) await notify(`old ${i}`);
    const writing = (async () => {
      for (let i = 0; i < 40; i += 1) await notify(`new ${i}`, i % 5 === 0 ? { broadcast: true } : undefined);
    })();
    const sockets = await Promise.all(Array.from({ length: 8 }, () => connect(position)));
    await writing;
    for (const socket of sockets) {
      await socket.expectMessage({ type: 'connection_established', resumed: true });
      const seen = await titles(socket, 80);
      expect(new Set(seen).size).toBe(80);
      const own = seen.filter((title) => !/new \d*[05]$/.test(title));
      expect(own).toEqual([...own].sort(byAge));
      await socket.expectNothing();
    }
  });

  it.each(['garbage', '', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAA'])(
    'gets resumed: false if its position is invalid: "%s"',
    async (since) => {
      await notify('before');
      const socket = await connect(since);
      const greeting = await socket.expectMessage<Positioned>({
        type: 'connection_established',
        resumed: false,
        replayed: 0,
      });
      await socket.expectNothing();
      const again = await connect(greeting.position);
      await again.expectMessage({ type: 'connection_established', resumed: true, replayed: 0 });
    },
  );

  it("receives nothing of another user with that user's position", async () => {
    const other = await stack.people.customer('Another');
    const spy = await open(`${stack.otherUrl}/ws/notifications/`, { token: other.socketToken });
    const { position } = await spy.expectMessage<Positioned>('connection_established');
    await notify('private', { user_id: other.id });
    await spy.expectMessages('notification', 'unread_count');
    const socket = await connect(position);
    await socket.expectMessage({ type: 'connection_established', resumed: false });
    await socket.expectNothing();
  });

  it('gets resumed: false if its position is older than the log', async () => {
    const first = await connect();
    const { position } = await first.expectMessage<Positioned>('connection_established');
    await first.close();
    await notify('forgotten');
    const stream = `user_${customer.id}`;
    const { db } = (stack.apps[0] as (typeof stack.apps)[number]).get(Database);
    await db.execute(sql`update streams set trimmed = head where name = ${stream}`);
    await db.execute(sql`delete from stream_entries where stream = ${stream}`);
    const second = await connect(position);
    await second.expectMessage({ type: 'connection_established', resumed: false, replayed: 0 });
    await second.expectNothing();
  });
});

/** Sorts `old` before `new`, then by number. */
function byAge(left: string, right: string): number {
  const key = (title: string): number => (title.startsWith('new') ? 1000 : 0) + Number(title.split(' ')[1]);
  return key(left) - key(right);
}
