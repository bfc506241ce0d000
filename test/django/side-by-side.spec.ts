import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { startRedis } from '../support/servers/redis-server.js';
import { must } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import { startNode } from '../support/stack.js';
import type { Wire } from './support/django-project.js';
import { cleanUps, follow, heard, notification, start } from './support/neighbour-story.js';
import { endsWithItsConsumer, expectQuiet } from './support/neighbours.js';

const WIRES = ['pubsub', 'core'] as const;
describe('simplejwt', () => {
  it('opens our sockets only if users are provisioned', async () => {
    const { django, stack } = await start('pubsub');
    const token = await django.token('carla');
    const strict = await startNode({ ...stack.environment, JWT_PROVISION_USERS: 'false' });
    cleanUps.push(() => strict.app.close());
    await (await open(`${strict.url}/ws/notifications/`, { token })).expectClose(4001);
    expect(await follow(stack.url, token)).toBeDefined();
    expect(await must(stack.url, 'GET /api/auth/me', { token })).toMatchObject({ id: '1', role: 'customer' });
    // The user already exists, so no user has to be created.
    expect(await follow(strict.url, token)).toBeDefined();

    const refresh = await must<{ refresh: string }>(django.url, 'POST /api/token/', {
      body: { username: 'carla', password: 'carla' },
    });
    await (await open(`${stack.url}/ws/notifications/`, { token: refresh.refresh })).expectClose(4001);
    const stranger = await startNode({ ...stack.environment, JWT_SECRET: 'another secret of at least 32 bytes!' });
    cleanUps.push(() => stranger.app.close());
    await (await open(`${stranger.url}/ws/notifications/`, { token })).expectClose(4001);
  }, 120_000);

  it('provides name, e-mail address and role if the project adds them to its tokens', async () => {
    const { django, stack } = await start('pubsub');
    const token = await django.tokenWithRole('paul');
    expect(await must(stack.url, 'GET /api/auth/me', { token })).toEqual({
      id: '2',
      email: 'paul@example.com',
      name: 'paul',
      role: 'partner',
    });
  }, 120_000);
});

describe.each<Wire>(WIRES)('on the %s wire', (wire) => {
  it('two of our nodes and one Django process in a group receive every message once', async () => {
    const { django, stack } = await start(wire, { kind: 'two-nodes' });
    const [carla, ada] = [await django.token('carla'), await django.tokenWithRole('ada')];
    const ours = [await follow(stack.url, carla), await follow(stack.otherUrl, carla)];
    const theirs = await django.open('/ws/notifications/', carla);
    await django.groupSend('user_1', notification('from Django'));
    for (const socket of [...ours, theirs]) await socket.expectMessage(heard('from Django'));
    const body = { user_id: '1', notification_type: 'x', title: 'from Tidings', message: 'm' };
    await must(stack.otherUrl, 'POST /api/notifications/', { token: ada, body });
    for (const socket of ours) await socket.expectMessage(heard('from Tidings'));
    await theirs.expectMessages(heard('from Tidings'), { type: 'unread_count', count: 1 });
    await expectQuiet(...ours, theirs);
  }, 120_000);

  it('a burst of 5,000 messages arrives completely and in order', async () => {
    // On core, a sender drops messages for a channel that holds `capacity` messages; the default of channels_redis is
    // 100.
    const { django, stack } = await start(wire, { config: wire === 'core' ? { capacity: 5_000 } : {} });
    const token = await django.token('carla');
    const sockets = [await follow(stack.url, token), await follow(stack.url, token)];
    await django.burst('user_1', 5_000);
    for (const socket of sockets) {
      for (let id = 0; id < 5_000; id++) {
        await socket.expectMessage({ type: 'notification', notification: { id: String(id) } });
      }
    }
    await expectQuiet(...sockets);
  }, 120_000);

  it('both directions recover when Redis returns without its data', async () => {
    const redis = await startRedis();
    cleanUps.push(() => redis.stop());
    const { django, stack, prefix } = await start(wire, { redisUrl: redis.url });
    const [carla, ada] = [await django.token('carla'), await django.tokenWithRole('ada')];
    const ours = await follow(stack.url, carla);
    let theirs = await django.open('/ws/notifications/', carla);
    // On core, Channels closes its own clients, and they reconnect.
    const ended = wire === 'core' && endsWithItsConsumer(theirs);
    await redis.kill();
    await redis.restart({ empty: true });
    if (ended) {
      await ended;
      theirs = await django.open('/ws/notifications/', carla);
    }
    await untilBothAreIn(redis.url, wire, prefix);
    await django.groupSend('user_1', notification('Django after the restart'));
    await ours.expectMessage(heard('Django after the restart'));
    await theirs.expectMessage(heard('Django after the restart'));
    const body = { user_id: '1', notification_type: 'x', title: 'Tidings after the restart', message: 'm' };
    await must(stack.url, 'POST /api/notifications/', { token: ada, body });
    await ours.expectMessage(heard('Tidings after the restart'));
    await theirs.expectMessages(heard('Tidings after the restart'), { type: 'unread_count', count: 1 });
    await expectQuiet(ours, theirs);
  }, 120_000);
});

/** Asks Redis whether Tidings and Django have both joined Carla's group again. */
async function untilBothAreIn(url: string, wire: Wire, prefix: string): Promise<void> {
  const redis = new Redis(url);
  const members = async (): Promise<number> => {
    if (wire === 'core') return redis.zcard(`${prefix}:group:user_1`);
    const [, subscribers] = (await redis.pubsub('NUMSUB', `${prefix}__group__user_1`)) as [string, number];
    return subscribers;
  };
  while ((await members()) < 2) await new Promise((resolve) => setTimeout(resolve, 50));
  redis.disconnect();
}
