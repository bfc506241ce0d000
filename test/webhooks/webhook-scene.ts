import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { askOf } from '../support/clients/ask.js';
import type { Page } from '../support/clients/ask.js';
import { must } from '../support/clients/rest.js';
import type { Person } from '../support/people.js';
import { WebhookReceiver } from '../support/peers/webhook-receiver.js';
import type { ReceivedWebhook } from '../support/peers/webhook-receiver.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

/** The members of an endpoint that the stories read. */
export interface Endpoint {
  readonly id: string;
  readonly secret: string;
  readonly enabled: boolean;
  readonly disabled_reason: string | null;
  readonly failing_since: string | null;
}

export interface Delivery {
  readonly message_id: string;
  readonly event: string;
  readonly status: string;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

/** The scene of the current spec. Specs run one after the other. */
export let stack: Stack;
export let admin: Person;
/** A new one for each test. */
export let receiver: WebhookReceiver;
/** That of the last call of `listen`. */
export let endpoint: Endpoint;

export const ask = askOf(() => stack);
export const database = (): Database => stack.apps[0]?.get(Database) as Database;
export const path = (rest = ''): string => `/api/webhooks/${endpoint.id}/${rest}`;
export const state = async (): Promise<Endpoint> => (await ask<Endpoint>(`GET ${path()}`, admin)).body;
export const sent = async (query = ''): Promise<Delivery[]> =>
  (await ask<Page<Delivery>>(`GET ${path(`deliveries/${query}`)}`, admin)).body.results;
export const take = (type: string): Promise<ReceivedWebhook> => receiver.received.take(type);

/** A service that retries soon, an administrator, and for each test a receiver. Each test calls `listen`. */
export function setWebhookScene(): void {
  beforeAll(async () => {
    stack = await startStack({ WEBHOOK_PRIVATE_HOSTS: '127.0.0.1', WEBHOOK_RETRY_DELAY: '0.05' });
    admin = await stack.people.admin();
  });
  beforeEach(async () => {
    receiver = await new WebhookReceiver().start();
  });
  afterEach(async () => {
    await must(stack.url, `DELETE ${path()}`, { token: admin.accessToken });
    await receiver.kill();
  });
  afterAll(() => stack.stop());
}

/** Creates the endpoint. Resolves when no node uses an older list of endpoints. */
export async function listen(...events: string[]): Promise<void> {
  endpoint = await must<Endpoint>(stack.url, 'POST /api/webhooks/', {
    token: admin.accessToken,
    body: { url: receiver.url, events },
  });
  receiver.secret = endpoint.secret;
  const began = performance.now();
  while (performance.now() - began < 1_100) await state();
}

export async function untilSent(status: string, count: number): Promise<Delivery[]> {
  for (;;) {
    const found = await sent(`?status=${status}&limit=100`);
    if (found.length >= count) return found;
  }
}
