import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChannelLayer } from '../../../src/channel-layer/interface/channel-layer.js';
import { StreamFollower } from '../../../src/streams/follow/stream-follower.js';
import type { Person } from '../../support/people.js';
import { startRedis } from '../../support/servers/redis-server.js';
import type { RedisServer } from '../../support/servers/redis-server.js';
import { must, rest } from '../../support/clients/rest.js';
import { open } from '../../support/clients/socket-client.js';
import type { SocketClient } from '../../support/clients/socket-client.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

describe('two nodes during an outage of Redis', () => {
  let redis: RedisServer;
  let stack: Stack;
  let admin: Person;
  let customer: Person;

  beforeAll(async () => {
    redis = await startRedis();
    stack = await startStack({ REDIS_URL: redis.url }, 'two-nodes');
    [admin, customer] = [await stack.people.admin(), await stack.people.customer()];
  });

  afterAll(async () => {
    await stack.stop();
    await redis.stop();
  });

  const notify = (title: string, url = stack.url): Promise<unknown> =>
    must(url, 'POST /api/notifications/', {
      token: admin.accessToken,
      body: { user_id: customer.id, notification_type: 'general', title, message: title },
    });

  const follow = async (url: string): Promise<SocketClient> => {
    const socket = await open(`${url}/ws/notifications/`, { token: customer.socketToken, ignore: ['unread_count'] });
    await socket.expectMessage('connection_established');
    return socket;
  };

  const expectTitles = async (socket: SocketClient, titles: readonly string[]): Promise<void> => {
    for (const title of titles) await socket.expectMessage({ type: 'notification', notification: { title } });
  };

  const crossing = async (near: SocketClient, far: SocketClient, title: string): Promise<void> => {
    await notify(title);
    await expectTitles(near, [title]);
    await expectTitles(far, [title]);
  };

  it('find a lost message in the log before newer ones are sent', async () => {
    const [near, far] = [await follow(stack.url), await follow(stack.otherUrl)];
    const layer = (stack.apps[0] as (typeof stack.apps)[number]).get(ChannelLayer);
    const groupSend = layer.groupSend.bind(layer);
    layer.groupSend = () => Promise.resolve();
    await notify('lost 1');
    await notify('lost 2');
    layer.groupSend = groupSend;
    await notify('arrives');
    for (const socket of [near, far]) {
      await expectTitles(socket, ['lost 1', 'lost 2', 'arrives']);
      await socket.close();
    }
  });

  it('find a lost last message with the periodic check of the log', async () => {
    const far = await follow(stack.otherUrl);
    const layer = (stack.apps[0] as (typeof stack.apps)[number]).get(ChannelLayer);
    const groupSend = layer.groupSend.bind(layer);
    layer.groupSend = () => Promise.resolve();
    await notify('nobody told');
    layer.groupSend = groupSend;
    await expectTitles(far, ['nobody told']);
    await far.close();
  });

  it('deliver duplicated, late and reordered messages once and in order', async () => {
    const far = await follow(stack.otherUrl);
    const layer = (stack.apps[0] as (typeof stack.apps)[number]).get(ChannelLayer);
    const groupSend = layer.groupSend.bind(layer);
    const held: Parameters<ChannelLayer['groupSend']>[] = [];
    layer.groupSend = (...sent) => {
      held.push(sent);
      return Promise.resolve();
    };
    const titles = ['a', 'b', 'c', 'd'];
    for (const title of titles) await notify(title);
    const durable = held.filter(([, message]) => message.type === 'notification_message');
    expect(durable).toHaveLength(4);
    layer.groupSend = groupSend;
    for (const [group, message] of [...durable].reverse().concat(durable)) await groupSend(group, message);
    await expectTitles(far, titles);
    await notify('e');
    await expectTitles(far, ['e']);
    await far.expectNothing();
    await far.close();
  });

  it('serve REST and sockets: messages from the same node arrive at once, others from the log', async () => {
    const [near, far] = [await follow(stack.url), await follow(stack.otherUrl)];
    await redis.kill();
    await notify('without Redis');
    await expectTitles(near, ['without Redis']);
    await expectTitles(far, ['without Redis']);
    const newcomer = await follow(stack.otherUrl);
    await notify('to the newcomer too', stack.otherUrl);
    for (const socket of [near, far, newcomer]) await expectTitles(socket, ['to the newcomer too']);
    const ready = await rest<{ reason: string }>(stack.url, 'GET /health/ready');
    expect(ready).toMatchObject({
      status: 200,
      body: { status: 'degraded', reason: expect.stringContaining('Redis') },
    });

    const reconnected = stack.apps.map(
      (app) => new Promise<void>((resolve) => app.get(ChannelLayer).onReconnect(resolve)),
    );
    await redis.restart({ empty: true });
    await Promise.all(reconnected);
    await crossing(near, far, 'back again');
    await expectTitles(newcomer, ['back again']);
    expect((await rest(stack.url, 'GET /health/ready')).body).toMatchObject({ status: 'ok' });
    for (const socket of [near, far, newcomer]) {
      await socket.expectNothing();
      await socket.close();
    }
  });

  it('close the sockets on the other node for a session that ended during the outage, once Redis is back', async () => {
    const session = await stack.people.signIn(customer.email);
    const far = await open(`${stack.otherUrl}/ws/notifications/`, { token: session.socketToken });
    await far.expectMessage('connection_established');
    await redis.kill();
    await must(stack.url, 'POST /api/auth/logout', { token: session.accessToken });
    await redis.restart({ empty: true });
    await far.expectClose(4006);
  });

  it('run only one check of the log at a time', async () => {
    const follower = (stack.apps[0] as (typeof stack.apps)[number]).get(StreamFollower);
    expect(follower.repair()).toBe(follower.repair());
    await follower.repair();
  });
});
