import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { assign, placeOrder } from './order-story.js';
import type { Order } from './order-story.js';
import type { Person } from './people.js';
import { startStack } from './stack.js';
import type { Stack } from './stack.js';

/** Of the spec that set the scene: each spec has these modules for itself. */
export let stack: Stack;
export let admin: Person;
export let carla: Person;
export let paul: Person;
export let order: Order;
/** Of the order's socket. */
export let path: string;

/** A service for all tests of this spec, with an administrator, a customer and a partner. */
export function setScene(): void {
  beforeAll(async () => {
    stack = await startStack();
    [admin, carla, paul] = [await stack.people.admin(), await stack.people.customer(), await stack.people.partner()];
  });
  afterAll(() => stack.stop());
}

/** The same, and for each test a fresh order of the customer, assigned to the partner. */
export function setSceneWithOrder(): void {
  setScene();
  beforeEach(() => takeOrder());
}

/** Another order of the customer, assigned to the partner. */
export async function takeOrder(members: object = {}): Promise<void> {
  await takePendingOrder(members);
  order = await assign(stack, admin, order, paul);
}

/** Another order of the customer, of no partner yet. */
export async function takePendingOrder(members: object = {}): Promise<void> {
  order = await placeOrder(stack, carla, members);
  path = `/ws/orders/${order.id}/`;
}
