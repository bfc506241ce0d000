import { expect, it } from '@jest/globals';
import { asc, inArray } from 'drizzle-orm';
import { users } from '../../../src/auth/users/users.table.js';
import { Database } from '../../../src/database/database.js';
import { disablePublishedAccounts } from '../../../src/demo/published-accounts.js';
import { idempotencyKeys } from '../../../src/database/once/idempotency-keys.table.js';
import { notifications } from '../../../src/notifications/notification/notifications.table.js';
import { orderHistory, orders } from '../../../src/orders/order/orders.table.js';
import { earnings } from '../../../src/partners/earnings.table.js';
import { rest } from '../../support/clients/rest.js';
import { startNode, startOwnStack, startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

function databaseOf({ apps: [app] }: Stack): Database {
  if (!app) throw new Error('a stack has at least one node');
  return app.get(Database);
}

it('is loaded once, however many nodes start at once, and not by nodes that start later', async () => {
  const stack = await startOwnStack({}, 'servers');
  const environment = { ...stack.environment, DEMO_DATA: 'true' };
  const nodes = await Promise.all([1, 2, 3, 4].map(() => startNode(environment)));
  const later = await startNode(environment);

  const { db } = databaseOf(stack);
  const counts = await Promise.all(
    [users, orders, orderHistory, earnings, notifications].map((table) => db.$count(table)),
  );
  await Promise.all([...nodes, later].map(({ app }) => app.close()));
  await stack.stop();
  expect(counts).toEqual([3, 4, 15, 1, 13]);
});

it('is completed by the next start if the first one was interrupted', async () => {
  const stack = await startStack({ DEMO_DATA: 'true' }, 'servers');
  const { db } = databaseOf(stack);
  const made = await db.select({ id: orders.id }).from(orders).orderBy(asc(orders.id));
  const keys = await db
    .select({ id: idempotencyKeys.id })
    .from(idempotencyKeys)
    .orderBy(asc(idempotencyKeys.createdAt));
  // Simulates a process that was killed before the last two orders were created, and during a change of the one before.
  const ids = ({ id }: { id: string }): string => id;
  await db.delete(orderHistory).where(inArray(orderHistory.orderId, made.slice(-2).map(ids)));
  await db.delete(orders).where(inArray(orders.id, made.slice(-2).map(ids)));
  await db.delete(idempotencyKeys).where(inArray(idempotencyKeys.id, keys.slice(-2).map(ids)));
  await db
    .update(orders)
    .set({ status: 'pending' })
    .where(inArray(orders.id, made.slice(1, 2).map(ids)));

  const { app } = await startNode(stack.environment);
  const rows = await db.select({ status: orders.status }).from(orders).orderBy(asc(orders.id));
  await app.close();
  await stack.stop();
  expect(rows.map(({ status }) => status)).toEqual(['completed', 'cancelled', 'picked_up', 'pending']);
});

it('makes production startup fail until the command has disabled its accounts', async () => {
  const stack = await startStack({ DEMO_DATA: 'true' }, 'servers');
  const production = { ...stack.environment, NODE_ENV: 'production', ALLOWED_HOSTS: 'example.com', DEMO_DATA: 'false' };
  const signIn = (url: string): Promise<{ status: number }> =>
    rest(url, 'POST /api/auth/login', { body: { email: 'admin@example.com', password: 'tidings-demo' } });

  expect((await signIn(stack.url)).status).toBe(200);
  await expect(startNode(production)).rejects.toThrow(
    /admin@example\.com.*customer@example\.com.*partner@example\.com[^]*node dist\/disable-demo-accounts\.js/,
  );
  expect((await disablePublishedAccounts(databaseOf(stack))).toSorted()).toEqual([
    'admin@example.com',
    'customer@example.com',
    'partner@example.com',
  ]);
  const { app, url } = await startNode(production);
  const answer = await signIn(url);
  await app.close();
  expect(answer.status).toBe(401);
  expect(await disablePublishedAccounts(databaseOf(stack))).toEqual([]);
  await stack.stop();
});
