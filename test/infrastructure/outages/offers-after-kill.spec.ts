import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { follow } from '../../support/clients/follow.js';
import { must } from '../../support/clients/rest.js';
import { partnerId, placeOrder } from '../../support/scenes/order-story.js';
import { compileSources } from '../../support/servers/compiled-sources.js';
import type { CompiledSources } from '../../support/servers/compiled-sources.js';
import { query } from '../../support/servers/postgres-databases.js';
import { startService } from '../../support/servers/service-process.js';
import type { ServiceProcess } from '../../support/servers/service-process.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

const ORDERS = 30;
const KILLS = 2;

describe('a worker that is killed while offers expire', () => {
  const cleanUps: (() => unknown)[] = [];
  let compiled: CompiledSources;
  let stack: Stack;

  beforeAll(async () => {
    compiled = compileSources();
    cleanUps.push(() => compiled.remove());
    stack = await startStack({ JOB_RETRY_DELAY: '0', ROLES: 'api,realtime' }, 'servers');
    cleanUps.push(() => stack.stop());
  }, 120_000);
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  const startWorker = async (): Promise<ServiceProcess> => {
    const worker = await startService(compiled, { ...stack.environment, ROLES: 'worker' });
    cleanUps.push(() => worker.stop());
    return worker;
  };

  it('passes each offer on once, and returns each order to the administrator once', async () => {
    const { people } = stack;
    const [admin, carla] = [await people.admin(), await people.customer()];
    const [paul, pia] = [await people.partner(), await people.partner()];
    const partner_ids = [await partnerId(stack, paul), await partnerId(stack, pia)];
    const ignore = ['unread_count', 'notification_deleted'];
    const { socket: dispatcher } = await follow(stack, '/ws/notifications/', admin, { ignore });
    const { socket: first } = await follow(stack, '/ws/partner/', paul, { ignore: ['order_offered'] });
    const { socket: second } = await follow(stack, '/ws/partner/', pia, { ignore: ['order_offered'] });
    for (let count = 0; count < ORDERS; count += 1) {
      const { id } = await placeOrder(stack, carla);
      const body = { partner_ids, deadline_s: 1 };
      await must(stack.url, `POST /api/orders/${id}/offer/`, { token: admin.accessToken, body });
    }
    let worker = await startWorker();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await first.expectMessage({ type: 'order_offer_ended', outcome: 'expired' });
      await worker.kill();
      worker = await startWorker();
    }
    // Another worker takes over the jobs of the killed worker after 15 seconds of silence.
    for (let count = KILLS; count < ORDERS; count += 1) await first.expectMessage('order_offer_ended');
    for (let count = 0; count < ORDERS; count += 1) await second.expectMessage('order_offer_ended');
    for (let count = 0; count < ORDERS; count += 1) {
      await dispatcher.expectMessage({ notification: { title: 'No partner has accepted the order' } });
    }
    const rows = await query(
      stack.environment.DATABASE_URL ?? '',
      `select event, count(*)::int as count, count(distinct order_id)::int as orders from order_history
       where event like 'offer%' group by event order by event`,
    );
    expect(rows).toEqual([
      { event: 'offer_expired', count: 2 * ORDERS, orders: ORDERS },
      { event: 'offered', count: 2 * ORDERS, orders: ORDERS },
    ]);
    for (const socket of [first, second, dispatcher]) await socket.expectNothing();
  }, 180_000);
});
