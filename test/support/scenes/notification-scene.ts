import { afterAll, beforeAll } from '@jest/globals';
import { askOf } from '../clients/ask.js';
import { notify } from './notification-story.js';
import type { Notification } from './notification-story.js';
import type { Person } from '../people.js';
import { startStack } from '../stack.js';
import type { Stack } from '../stack.js';

/** The scene of the current spec. Specs run one after the other. */
export let stack: Stack;
export let admin: Person;

export const ask = askOf(() => stack);

/** A notification from the administrator, valid except for its missing audience. */
export function create<T = Notification>(members: object): Promise<T> {
  return notify<T>(stack, admin, members);
}

/** A service for all tests of this spec, with an administrator. */
export function setScene(): void {
  beforeAll(async () => {
    stack = await startStack();
    admin = await stack.people.admin();
  });
  afterAll(() => stack.stop());
}
