import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { execute } from '../../src/database/execute.js';
import { rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Tokens {
  readonly access_token: string;
  readonly user: { readonly id: string };
}

describe('a registration with an Idempotency-Key', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  const newBody = (): { email: string; password: string; name: string } => ({
    email: `once-${randomBytes(6).toString('hex')}@example.com`,
    password: 'correct horse battery',
    name: 'Ada',
  });
  const register = (body: object, url = stack.url): Promise<RestAnswer<Tokens>> =>
    rest<Tokens>(url, 'POST /api/auth/register', { body, headers: { 'Idempotency-Key': 'the-same' } });

  it('creates one account and signs in to it, however often it is sent and to whichever node', async () => {
    const body = newBody();
    const first = await register(body);
    const again = await register({ ...body, email: body.email.toUpperCase() }, stack.otherUrl);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body.user).toEqual(first.body.user);
    const me = await rest<{ id: string }>(stack.otherUrl, 'GET /api/auth/me', { token: again.body.access_token });
    expect(me.body.id).toBe(first.body.user.id);
  });

  it('is answered with 422 for another body, and does not share the key with other users', async () => {
    const body = newBody();
    await register(body);
    expect((await register({ ...body, name: 'Eve' })).status).toBe(422);
    expect((await register({ ...body, password: 'another horse battery' })).status).toBe(422);
    expect((await register(newBody())).status).toBe(201);
  });

  it('does not store the password or tokens with the key', async () => {
    const body = newBody();
    const { user } = (await register(body)).body;
    const [app] = stack.apps;
    if (!app) throw new Error('the stack has no node');
    const { rows } = await execute<{ answer: string }>(
      app.get(Database).db,
      sql`select answer from idempotency_keys where answer like ${`%${user.id}%`}`,
    );
    expect(rows).toEqual([{ answer: JSON.stringify(user.id) }]);
  });

  it('frees the key if the address is already registered', async () => {
    const body = newBody();
    await rest(stack.url, 'POST /api/auth/register', { body });
    expect((await register(body)).status).toBe(409);
    expect((await register(body)).status).toBe(409);
  });
});
