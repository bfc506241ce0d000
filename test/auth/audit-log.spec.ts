import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eq, sql } from 'drizzle-orm';
import { OldAuditEntries } from '../../src/audit/old-audit-entries.js';
import { auditEntries } from '../../src/audit/audit.table.js';
import { Database } from '../../src/database/database.js';
import { execute } from '../../src/database/execute.js';
import { createApiKey } from '../support/clients/api-keys.js';
import type { Page } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { must, rest } from '../support/clients/rest.js';
import { placeOrder } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Entry {
  readonly id: string;
  readonly action: string;
  readonly actor_id: string | null;
  readonly target_id: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

describe('the audit log', () => {
  let stack: Stack;
  let admin: Person;
  let customer: Person;
  const database = (): Database => (stack.apps[0] as (typeof stack.apps)[number]).get(Database);
  const entries = async (query: string): Promise<Entry[]> =>
    (await must<Page<Entry>>(stack.otherUrl, `GET /api/audit/?${query}`, { token: admin.accessToken })).results;
  const ask = <T = unknown>(line: string, body?: unknown, token = admin.accessToken): Promise<T> =>
    must<T>(stack.url, line, { token, body });

  beforeAll(async () => {
    stack = await startStack({ TRUST_PROXY: 'true' });
    [admin, customer] = [await stack.people.admin(), await stack.people.customer()];
  });
  afterAll(() => stack.stop());

  it('records sign-ins and failed ones, with the address', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.77' };
    const login = (email: string, password: string) =>
      rest(stack.url, 'POST /api/auth/login', { headers, body: { email, password } });
    await login(customer.email, 'wrong horse battery');
    await login(customer.email, customer.password);
    await login('nobody@nowhere.example', 'wrong horse battery');

    const from = { address: '192.0.2.77', target_type: 'user', target_id: customer.id };
    expect(await entries(`target_id=${customer.id}&limit=2`)).toMatchObject([
      { action: 'signed_in', actor_type: 'user', actor_id: customer.id, details: {}, ...from },
      { action: 'sign_in_failed', actor_type: null, actor_id: null, details: {}, ...from },
    ]);
    expect(await entries('action=sign_in_failed&limit=1')).toMatchObject([
      { actor_id: null, target_id: null, details: { email: 'nobody@nowhere.example' } },
    ]);
    await must(stack.url, 'POST /api/auth/password', {
      token: customer.accessToken,
      headers,
      body: { current_password: customer.password, new_password: 'staple battery horse' },
    });
    expect(await entries(`target_id=${customer.id}&limit=1`)).toMatchObject([{ action: 'password_changed', ...from }]);
  });

  it('records the life of an API key, and what was done with it, without the secret', async () => {
    const { id, key, prefix } = await createApiKey(stack, admin, ['users:write', 'notifications:send']);
    await ask(`PATCH /api/api-keys/${id}/`, { name: 'Renamed' });
    await ask(`POST /api/api-keys/${id}/rotate/`, { overlap_s: 60 });
    const { id: userId } = await ask<{ id: string }>(
      'POST /api/users/',
      { email: `made-${String(Date.now())}@example.com` },
      key,
    );
    const broadcast = { broadcast: true, notification_type: 'general', title: 'Tonight', message: 'At ten.' };
    const sent = await ask<{ id: string }>('POST /api/notifications/', broadcast, key);
    for (let n = 0; n < 2; n += 1) await ask(`POST /api/notifications/${sent.id}/retract/`, undefined, key);
    await ask(`DELETE /api/api-keys/${id}/`);
    await ask(`DELETE /api/api-keys/${id}/`);

    const about = { actor_type: 'user', actor_id: admin.id, target_type: 'api_key', target_id: id };
    const recorded = await entries(`target_id=${id}`);
    expect(recorded).toMatchObject([
      { action: 'api_key_revoked', details: { prefix }, ...about },
      { action: 'api_key_rotated', details: { prefix, overlap_s: 60 }, ...about },
      {
        action: 'api_key_changed',
        details: { name: 'Renamed', scopes: ['users:write', 'notifications:send'] },
        ...about,
      },
      { action: 'api_key_created', details: { prefix, name: 'Web shop' }, ...about },
    ]);
    expect(JSON.stringify(recorded)).not.toContain(key.slice(-50));
    expect(await entries(`actor_id=${id}`)).toMatchObject([
      { action: 'notification_retracted', target_type: 'notification', target_id: sent.id },
      { action: 'broadcast_sent', actor_type: 'api_key', target_type: 'notification', target_id: sent.id },
      { action: 'user_created', actor_type: 'api_key', target_id: userId, details: { role: 'customer' } },
    ]);
  });

  it('records changed roles and disabled users, and nothing if nothing changed or the change was refused', async () => {
    const someone = await stack.people.customer();
    const change = (body: object) =>
      rest(stack.url, `PATCH /api/users/${someone.id}/`, { token: admin.accessToken, body });
    await change({ role: 'partner', name: 'Secret Name' });
    await change({ role: 'partner' });
    await change({ role: 'king' });
    await change({ disabled: true });
    expect(await entries(`target_id=${someone.id}&action=user_changed`)).toMatchObject([
      { details: { disabled: true } },
      { details: { role: 'partner', name: 'changed' } },
    ]);
    const own = await rest(stack.url, `PATCH /api/users/${admin.id}/`, {
      token: admin.accessToken,
      body: { disabled: true },
    });
    expect(own.status).toBe(409);
    expect(await entries(`target_id=${admin.id}&action=user_changed`)).toEqual([]);
  });

  it('records who read data of others or opened their sockets, once an hour; not who read their own', async () => {
    const watcher = await stack.people.admin();
    const owner = await stack.people.customer();
    const body = { user_id: owner.id, notification_type: 'general', title: 'Hello', message: 'You' };
    const { id } = await ask<{ id: string }>('POST /api/notifications/', body);
    const order = await placeOrder(stack, owner);
    const read = (line: string, token = watcher.accessToken) => must(stack.url, line, { token });
    for (const line of [
      `GET /api/users/${owner.id}/`,
      `GET /api/users/${owner.id}/preferences/`,
      `GET /api/notifications/?user_id=${owner.id}`,
      `GET /api/notifications/${id}/`,
      `GET /api/notifications/${id}/deliveries/`,
      `GET /api/orders/${order.id}/messages/`,
      'GET /api/notifications/',
      `GET /api/users/${watcher.id}/`,
    ]) {
      await read(line);
    }
    for (const path of [`/ws/notifications/${owner.id}/`, `/ws/orders/${order.id}/`, '/ws/notifications/']) {
      const { socket } = await follow(stack, path, watcher);
      await socket.close();
    }
    expect((await entries(`actor_id=${watcher.id}`)).map(({ action, target_id }) => [action, target_id])).toEqual([
      ['socket_opened', order.id],
      ['socket_opened', owner.id],
      ['chat_read', order.id],
      ['notifications_read', owner.id],
      ['user_read', owner.id],
    ]);

    await read(`GET /api/notifications/${id}/`, owner.accessToken);
    await read(`GET /api/orders/${order.id}/messages/`, owner.accessToken);
    expect(await entries(`actor_id=${owner.id}`)).toEqual([]);
  });

  it('is part of the export of an account, and stays when the account is deleted', async () => {
    const leaver = await stack.people.customer();
    await rest(stack.url, 'POST /api/auth/login', { body: { email: leaver.email, password: leaver.password } });
    const exported = await ask<{ audit: Entry[] }>('GET /api/auth/me/export/', undefined, leaver.accessToken);
    expect(exported.audit).toMatchObject([{ action: 'signed_in', address: '127.0.0.1' }]);
    await ask('POST /api/auth/me/delete/', { password: leaver.password }, leaver.accessToken);
    expect(await entries(`target_id=${leaver.id}`)).toMatchObject([
      { action: 'user_deleted', actor_id: leaver.id },
      { action: 'signed_in', actor_id: leaver.id },
    ]);
  });

  it('is for administrators and keys with audit:read, filtered and paged', async () => {
    expect(await rest(stack.url, 'GET /api/audit/', { token: customer.accessToken })).toMatchObject({ status: 403 });
    const { key, id } = await createApiKey(stack, admin, ['audit:read']);
    const page = await must<Page<Entry>>(stack.url, `GET /api/audit/?limit=2`, { token: key });
    expect(page.results.map(({ target_id }) => target_id)).toContain(id);
    const next = await must<Page<Entry>>(stack.url, `GET /api/audit/?limit=2&cursor=${page.next_cursor ?? ''}`, {
      token: key,
    });
    const ids = [...page.results, ...next.results].map((entry) => entry.id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(new Set(ids).size).toBe(4);

    const now = new Date().toISOString();
    expect(await entries(`created_after=${now}`)).toEqual([]);
    expect((await entries(`created_before=${now}&action=api_key_created&actor_id=${admin.id}`)).length).toBeGreaterThan(
      0,
    );
    for (const bad of ['action=nonsense', 'created_after=yesterday', 'actor_id=', 'cursor=x', 'limit=1000']) {
      expect(await rest(stack.url, `GET /api/audit/?${bad}`, { token: key })).toMatchObject({ status: 400 });
    }
  });

  it('is exported as CSV', async () => {
    const { id, prefix } = await createApiKey(stack, admin, ['audit:read'], { name: '=1+1, "quoted"' });
    const file = await rest<string>(stack.url, `GET /api/audit/?format=csv&target_id=${id}`, {
      token: admin.accessToken,
    });
    expect(file.status).toBe(200);
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(file.headers.get('content-disposition')).toContain('audit.csv');
    const [head, line, end] = file.body.split('\r\n');
    expect(head).toBe('id,created_at,action,actor_type,actor_id,address,target_type,target_id,details');
    expect(line).toContain(`api_key_created,user,${admin.id},`);
    expect(line).toContain(prefix);
    expect(end).toBe('');
  });

  it('cannot be changed, even in the database', async () => {
    const { db } = database();
    const changed = db
      .update(auditEntries)
      .set({ actorId: 'somebody else' })
      .where(eq(auditEntries.action, 'signed_in'));
    await expect(changed).rejects.toMatchObject({
      cause: expect.objectContaining({ message: 'entries of the audit log cannot be changed' }),
    });
  });

  it('loses entries that are older than AUDIT_DAYS', async () => {
    const { db } = database();
    const day = (days: number) => sql`now() - make_interval(days => ${days}::int)`;
    await execute(
      db,
      sql`INSERT INTO audit_entries (id, action, target_id, created_at) VALUES
            (gen_random_uuid(), 'user_read', 'old', ${day(366)}), (gen_random_uuid(), 'user_read', 'new', ${day(364)})`,
    );
    expect(await new OldAuditEntries(database()).deleteSome(365)).toBe(1);
    expect((await entries('target_id=old')).length).toBe(0);
    expect((await entries('target_id=new')).length).toBe(1);
  });
});
