import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { assign, placeOrder } from '../../support/scenes/order-story.js';
import type { Order } from '../../support/scenes/order-story.js';
import type { Person } from '../../support/people.js';
import { startRedis } from '../../support/servers/redis-server.js';
import type { RedisServer } from '../../support/servers/redis-server.js';
import { open } from '../../support/clients/socket-client.js';
import type { SocketClient } from '../../support/clients/socket-client.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

describe('presence on two nodes during an outage of Redis', () => {
  let redis: RedisServer;
  let stack: Stack;
  let carla: Person;
  let paul: Person;
  let order: Order;

  beforeAll(async () => {
    redis = await startRedis();
    stack = await startStack({ REDIS_URL: redis.url, PRESENCE_INTERVAL: '0.5' }, 'two-nodes');
    const { people } = stack;
    [carla, paul] = [await people.customer(), await people.partner()];
    order = await assign(stack, await people.admin(), await placeOrder(stack, carla), paul);
  });
  afterAll(async () => {
    await stack.stop();
    await redis.stop();
  });

  const enter = async (person: Person, url: string): Promise<SocketClient> => {
    const socket = await open(`${url}/ws/orders/${order.id}/`, { token: person.socketToken, ignore: [] });
    await socket.expectMessage('connection_established');
    return socket;
  };
  const online = (customer: boolean, partner: boolean): { type: string; participants: object[] } => ({
    type: 'presence',
    participants: [
      { role: 'customer', online: customer },
      { role: 'partner', online: partner },
    ],
  });

  it('is limited to each node, and complete again when Redis is back, whatever has happened meanwhile', async () => {
    const customer = await enter(carla, stack.url);
    await customer.expectMessage(online(true, false));
    const partner = await enter(paul, stack.otherUrl);
    for (const socket of [customer, partner]) await socket.expectMessage(online(true, true));

    await redis.kill();
    await customer.expectMessage(online(true, false));
    await partner.expectMessage(online(false, true));
    const second = await enter(paul, stack.url);
    for (const socket of [customer, second]) await socket.expectMessage(online(true, true));
    await second.close();
    await customer.expectMessage(online(true, false));

    await redis.restart({ empty: true });
    await customer.expectMessage(online(true, true));
    await partner.expectMessage(online(true, true));
    await partner.close();
    await customer.expectMessage(online(true, false));
    await customer.expectNothing();
  });
});
