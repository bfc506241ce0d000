import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must, rest } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface RealtimeToken {
  readonly token: string;
  readonly ws_base_url: string;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly expires_in: number;
}

describe('realtime/token', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
  });

  afterAll(() => stack.stop());

  const ask = (token: string): Promise<RealtimeToken> => must(stack.otherUrl, 'GET /api/realtime/token/', { token });

  it('returns complete URLs, which open sockets unchanged', async () => {
    const { accessToken } = await stack.people.partner();
    const { token, ws_base_url: base, endpoints } = await ask(accessToken);
    expect(base).toBe(`${stack.otherUrl.replace('http:', 'ws:')}/ws`);
    expect(endpoints).toEqual({
      notifications: `${base}/notifications/?token=${token}`,
      order_tracking: `${base}/orders/{order_id}/?token=${token}`,
      partner: `${base}/partner/?token=${token}`,
    });
    for (const name of ['notifications', 'partner']) {
      const socket = await open(endpoints[name] ?? '');
      await socket.expectMessage('connection_established');
    }
  });

  it('returns a template for orders, in which the client replaces {order_id}', async () => {
    const customer = await stack.people.customer();
    const body = {
      pickup_address: 'Dock 1',
      delivery_address: 'Dock 2',
      items: [{ name: 'Crate', quantity: 1, unit_price: 9.5 }],
    };
    const { id } = await must<{ id: string }>(stack.url, 'POST /api/orders/', { token: customer.accessToken, body });
    const { endpoints } = await ask(customer.accessToken);
    expect(endpoints).not.toHaveProperty('partner');
    const socket = await open((endpoints.order_tracking ?? '').replace('{order_id}', id));
    await socket.expectMessage({ type: 'connection_established', order: { id } });
  });

  it.each(['token', 'info'])('has no-store for credentials in realtime/%s', async (name) => {
    const { accessToken: token } = await stack.people.customer();
    const { headers } = await rest(stack.url, `GET /api/realtime/${name}/`, { token });
    expect(headers.get('cache-control')).toBe('no-store');
  });
});
