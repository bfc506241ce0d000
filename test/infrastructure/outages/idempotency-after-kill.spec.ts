import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { compileSources } from '../../support/servers/compiled-sources.js';
import { FcmPeer } from '../../support/peers/fcm-peer.js';
import { CONTENT } from '../../support/scenes/notification-story.js';
import { assign, ORDER_BODY, placeOrder } from '../../support/scenes/order-story.js';
import type { Person } from '../../support/people.js';
import { must, rest } from '../../support/clients/rest.js';
import type { RestAnswer } from '../../support/clients/rest.js';
import { startService } from '../../support/servers/service-process.js';
import type { ServiceProcess } from '../../support/servers/service-process.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

interface Creating {
  readonly line: string;
  readonly person: Person;
  readonly body: object;
}

const tomorrow = new Date(Date.now() + 86_400_000).toISOString();

describe('a node that is killed during requests that create', () => {
  const cleanUps: (() => unknown)[] = [];
  let stack: Stack;
  let doomed: ServiceProcess;
  let locker: pg.Client;
  let all: Creating[];

  beforeAll(async () => {
    const [compiled, fcm] = [compileSources(), await FcmPeer.start()];
    stack = await startStack(fcm.variables, 'servers');
    doomed = await startService(compiled, stack.environment);
    locker = new pg.Client({ connectionString: stack.environment.DATABASE_URL });
    await locker.connect();
    const { people } = stack;
    const [admin, carla, paul] = [await people.admin(), await people.customer(), await people.partner()];
    const order = await assign(stack, admin, await placeOrder(stack, carla), paul);
    all = [
      { line: 'POST /api/notifications/', person: admin, body: { ...CONTENT, user_id: carla.id } },
      { line: 'POST /api/notifications/', person: admin, body: { ...CONTENT, user_id: carla.id, send_at: tomorrow } },
      { line: 'POST /api/orders/', person: carla, body: ORDER_BODY },
      { line: `POST /api/orders/${order.id}/messages/`, person: carla, body: { text: 'Hello' } },
      { line: 'POST /api/devices/', person: carla, body: { kind: 'fcm', token: 'the-token-of-a-phone' } },
    ];
    cleanUps.push(
      () => locker.end(),
      () => doomed.stop(),
      () => stack.stop(),
      () => fcm.stop(),
      () => compiled.remove(),
    );
  }, 120_000);
  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });

  const ask = (url: string, { line, person, body }: Creating, number: number): Promise<RestAnswer<{ id?: string }>> =>
    rest(url, line, { token: person.accessToken, body, headers: { 'Idempotency-Key': `key-${String(number)}` } });

  /** Resolves when the transactions of all requests have done their work and wait before storing the answer. */
  async function untilAllStand(): Promise<void> {
    for (;;) {
      const { rows } = await locker.query<{ standing: number }>(
        `select count(*)::int as standing from pg_locks where not granted and relation = 'idempotency_keys'::regclass`,
      );
      if (rows[0]?.standing === all.length) return;
    }
  }

  /** Retries like a client, until the key is free. */
  async function askUntilFree(creating: Creating, number: number): Promise<RestAnswer<object>> {
    for (;;) {
      const answer = await ask(stack.url, creating, number);
      if (answer.status !== 409) return answer;
    }
  }

  it('stores nothing and frees the keys, and another node executes each request once', async () => {
    const before = await counts();
    await locker.query('begin; lock table idempotency_keys in share mode');
    const lost = Promise.allSettled(all.map((creating, number) => ask(doomed.url, creating, number)));
    await untilAllStand();
    // In the meantime, the other node knows that the requests are running.
    const meanwhile = await Promise.all(all.map((creating, number) => ask(stack.url, creating, number)));
    expect(meanwhile.map(({ status }) => status)).toEqual(all.map(() => 409));
    await doomed.kill();
    expect((await lost).map(({ status }) => status)).toEqual(all.map(() => 'rejected'));
    await locker.query('commit');
    const answers = await Promise.all(all.map(askUntilFree));
    expect(answers.map(({ status }) => status)).toEqual(all.map(() => 201));
    const again = await Promise.all(all.map(askUntilFree));
    expect(again.map(({ body }) => body)).toEqual(answers.map(({ body }) => body));
    expect(await counts()).toEqual(before.map((count) => count + 1));
  });

  async function counts(): Promise<number[]> {
    const tables = ['notifications', 'batches', 'orders', 'order_messages', 'devices'];
    const { rows } = await locker.query<Record<string, number>>(
      `select ${tables.map((table) => `(select count(*)::int from ${table}) as ${table}`).join(', ')}`,
    );
    return tables.map((table) => rows[0]?.[table] ?? -1);
  }
});

describe('every POST that creates', () => {
  it('accepts an Idempotency-Key', async () => {
    const stack = await startStack({}, 'embedded');
    const document = await must<{ paths: Record<string, Record<string, Operation>> }>(
      stack.url,
      'GET /api/openapi.json',
    );
    const creating = Object.entries(document.paths).filter(([, { post }]) => post?.responses['201'] !== undefined);
    expect(creating.length).toBeGreaterThan(4);
    const without = creating.filter(([, { post }]) => !post?.parameters.some(({ name }) => name === 'Idempotency-Key'));
    expect(without.map(([path]) => path)).toEqual([]);
    await stack.stop();
  });
});

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>;
  readonly parameters: readonly { readonly name: string }[];
}
