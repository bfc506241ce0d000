import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compileSources } from '../../support/servers/compiled-sources.js';
import { assign, placeOrder } from '../../support/scenes/order-story.js';
import type { Order } from '../../support/scenes/order-story.js';
import type { Person } from '../../support/people.js';
import { startService } from '../../support/servers/service-process.js';
import type { ServiceProcess } from '../../support/servers/service-process.js';
import { open } from '../../support/clients/socket-client.js';
import type { SocketClient } from '../../support/clients/socket-client.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

const INTERVAL_S = 0.5;

describe('a node that is killed', () => {
  const cleanUps: (() => unknown)[] = [];
  let stack: Stack;
  let doomed: ServiceProcess;
  let carla: Person;
  let paul: Person;
  let order: Order;

  beforeAll(async () => {
    const compiled = compileSources();
    cleanUps.push(() => compiled.remove());
    stack = await startStack({ PRESENCE_INTERVAL: String(INTERVAL_S) }, 'servers');
    cleanUps.push(() => stack.stop());
    doomed = await startService(compiled, stack.environment);
    cleanUps.push(() => doomed.stop());
    const { people } = stack;
    [carla, paul] = [await people.customer(), await people.partner()];
    order = await assign(stack, await people.admin(), await placeOrder(stack, carla), paul);
  }, 120_000);
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  const enter = async (person: Person, url: string): Promise<SocketClient> => {
    const socket = await open(`${url}/ws/orders/${order.id}/`, { token: person.socketToken, ignore: [] });
    await socket.expectMessage('connection_established');
    return socket;
  };
  const partnerOnline = (online: boolean): { type: string; participants: object[] } => ({
    type: 'presence',
    participants: [
      { role: 'customer', online: true },
      { role: 'partner', online },
    ],
  });

  it('shows no user as online for more than four intervals, and users are online again with their next socket', async () => {
    const customer = await enter(carla, stack.url);
    await customer.expectMessage(partnerOnline(false));
    const partner = await enter(paul, doomed.url);
    await partner.expectMessage(partnerOnline(true));
    await customer.expectMessage(partnerOnline(true));

    const killedAt = Date.now();
    await doomed.kill();
    await partner.expectClose(1006);
    await customer.expectMessage(partnerOnline(false));
    // The default interval is five seconds, so this takes twenty seconds, plus half a second for a busy machine.
    expect(Date.now() - killedAt).toBeLessThan(4 * INTERVAL_S * 1_000 + 500);

    const back = await enter(paul, stack.url);
    await back.expectMessage(partnerOnline(true));
    await customer.expectMessage(partnerOnline(true));
  });
});
