import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ DEMO_DATA: 'true' });
});
afterAll(() => stack.stop());

async function tokenOf(role: string): Promise<string> {
  const body = { email: `${role}@example.com`, password: 'tidings-demo' };
  const { access_token: token } = await must<{ access_token: string }>(stack.url, 'POST /api/auth/login', { body });
  return token;
}

async function ordersOf(token: string): Promise<string[]> {
  const { results } = await must<{ results: { status: string }[] }>(stack.url, 'GET /api/orders/', { token });
  return results.map(({ status }) => status);
}

describe('the demo data', () => {
  it('contain a customer with orders in several states, each with its history', async () => {
    const token = await tokenOf('customer');
    expect(await ordersOf(token)).toEqual(['pending', 'picked_up', 'cancelled', 'completed']);
    const { results } = await must<{ results: { id: string }[] }>(stack.url, 'GET /api/orders/', { token });
    const [, pickedUp] = results;
    const history = await must(stack.url, `GET /api/orders/${pickedUp?.id ?? ''}/history/`, { token });
    expect(history).toMatchObject({
      results: [
        { event: 'created', to_status: 'pending' },
        { event: 'assigned' },
        { event: 'status_changed', to_status: 'confirmed' },
        { event: 'status_changed', to_status: 'picked_up' },
      ],
    });
  });

  it('contain a partner with two of these orders, and the earning of the completed one', async () => {
    const token = await tokenOf('partner');
    expect(await ordersOf(token)).toEqual(['picked_up', 'completed']);
    const earnings = await must(stack.url, 'GET /api/partners/me/earnings/', { token });
    expect(earnings).toMatchObject({ total: 25.5, results: [{ amount: 25.5 }] });
  });

  it('contain an administrator, and something unread for each account', async () => {
    expect(await ordersOf(await tokenOf('admin'))).toHaveLength(4);
    for (const [role, count] of [
      ['admin', 1],
      ['partner', 4],
      ['customer', 10],
    ] as const) {
      const token = await tokenOf(role);
      expect(await must(stack.url, 'GET /api/notifications/unread-count/', { token })).toEqual({ count });
    }
  });
});
