import { expect } from '@jest/globals';
import type { Order } from './order-story.js';
import type { Person } from '../people.js';
import { must } from '../clients/rest.js';
import { open } from '../clients/socket-client.js';
import type { Frame, SocketClient } from '../clients/socket-client.js';
import type { Stack } from '../stack.js';

/** The members of a link that the stories read. */
export interface Share {
  readonly id: string;
  readonly token: string;
  readonly url: string;
  readonly api_url: string;
  readonly ws_url: string;
  readonly expires_at: string | null;
}

export function share(stack: Stack, person: Person, order: Order, body: object = {}): Promise<Share> {
  return must<Share>(stack.url, `POST /api/orders/${order.id}/share/`, { token: person.accessToken, body });
}

/** Follows an order with a link and without an account, on the other node if there are two. */
export async function followShare(stack: Stack, { token }: Share): Promise<{ socket: SocketClient; greeting: Frame }> {
  const socket = await open(`${stack.otherUrl}/ws/shared-orders/${token}/`);
  const greeting = await socket.expectMessage('connection_established');
  expect(greeting).toMatchObject({ resumed: false, replayed: 0 });
  return { socket, greeting };
}
