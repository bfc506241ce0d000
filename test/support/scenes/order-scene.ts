import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { askOf } from '../clients/ask.js';
import { assign, placeOrder } from './order-story.js';
import type { Order } from './order-story.js';
import type { Person } from '../people.js';
import { startStack } from '../stack.js';
import type { Stack } from '../stack.js';

/** The scene of the current spec. Specs run one after the other. */
export let stack: Stack;
export let admin: Person;
/** The customer. */
export let carla: Person;
/** The partner. */
export let paul: Person;
/** Another customer, and another partner. */
export let stranger: Person;
export let rival: Person;
export let order: Order;
/** The path of the order's socket. */
export let path: string;

export const ask = askOf(() => stack);

/** A service for all tests of this spec, with an administrator, two customers and two partners. */
export function setScene(): void {
  beforeAll(async () => {
    stack = await startStack();
    const { people } = stack;
    [admin, carla, paul] = [await people.admin(), await people.customer(), await people.partner()];
    [stranger, rival] = [await people.customer(), await people.partner()];
  });
  afterAll(() => stack.stop());
}

/** The same, and for each test a new order of the customer, assigned to the partner. */
export function setSceneWithOrder(): void {
  setScene();
  beforeEach(() => takeOrder());
}

/** Another order of the customer, assigned to the partner. */
export async function takeOrder(members: object = {}): Promise<void> {
  await takePendingOrder(members);
  order = await assign(stack, admin, order, paul);
}

/** Another order of the customer, without a partner. */
export async function takePendingOrder(members: object = {}): Promise<void> {
  order = await placeOrder(stack, carla, members);
  path = `/ws/orders/${order.id}/`;
}
