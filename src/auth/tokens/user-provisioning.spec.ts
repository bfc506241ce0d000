import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import type { TestingModule } from '@nestjs/testing';
import { openAuthRoom, register } from '../../../test/support/scenes/auth-room.js';
import { Issuer } from '../../../test/support/peers/issuer.js';
import { Database } from '../../database/database.js';
import type { Principal } from '../principal/principal.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { Users } from '../users/users.js';
import { users } from '../users/users.table.js';

const RIGHT = { iss: 'https://id.example.com', sub: 'somebody' };

describe('with JWT_PROVISION_USERS, tokens of an outside issuer', () => {
  let issuer: Issuer;
  let provisioning: TestingModule;
  const authenticate = (token: string): Promise<Principal> =>
    provisioning.get(TokenAuthenticator).authenticate(token, 'http');

  beforeAll(async () => {
    issuer = await Issuer.start();
    provisioning = await openAuthRoom({
      JWT_JWKS_URL: issuer.jwksUrl,
      JWT_ISSUER: RIGHT.iss,
      JWT_PROVISION_USERS: 'true',
      JWT_ROLE_CLAIM: 'tidings_role',
    });
  });
  afterAll(async () => {
    await provisioning.close();
    await issuer.stop();
  });

  it('create a user from their claims, once, however many arrive at once', async () => {
    const claims = { ...RIGHT, sub: 'new-1', email: 'New@example.com', name: ' Nora ', tidings_role: 'partner' };
    const token = await issuer.sign(claims);
    const principals = await Promise.all(Array.from({ length: 10 }, () => authenticate(token)));

    expect(new Set(principals.map((principal) => JSON.stringify(principal))).size).toBe(1);
    expect(principals[0]).toMatchObject({ userId: 'new-1', email: 'New@example.com', name: 'Nora', role: 'partner' });
  });

  it.each([
    ['no role', {}, 'customer'],
    ['an unknown role', { tidings_role: 'root' }, 'customer'],
    ['a list of roles', { tidings_role: ['admin'] }, 'customer'],
    ['a role under another claim', { role: 'admin' }, 'customer'],
    ['the role admin', { tidings_role: 'admin' }, 'admin'],
  ])('assign the role of the user: %s', async (name, claims, role) => {
    const token = await issuer.sign({ ...RIGHT, ...claims, sub: name.replaceAll(' ', '-') });

    await expect(authenticate(token)).resolves.toMatchObject({ role });
  });

  it.each([
    ['verified', { email_verified: true }, true],
    ['verified-as-text', { email_verified: 'true' }, true],
    ['not-verified', { email_verified: false }, false],
    ['unsaid', {}, false],
    ['odd', { email_verified: 1 }, false],
  ])('confirm the e-mail address only if the issuer has verified it: %s', async (sub, claims, isConfirmed) => {
    await authenticate(await issuer.sign({ ...RIGHT, ...claims, sub, email: `${sub}@example.com` }));
    const user = await provisioning.get(Users).find(sub);
    expect([user?.email, user?.emailConfirmedAt !== null]).toEqual([`${sub}@example.com`, isConfirmed]);
  });

  it('do not take over an account with the same e-mail address', async () => {
    const { user } = await register(provisioning, 'taken@example.com');
    const token = await issuer.sign({ ...RIGHT, sub: 'new-2', email: 'TAKEN@example.com' });

    await expect(authenticate(token)).resolves.toMatchObject({ userId: 'new-2', email: null });
    expect(user.id).not.toBe('new-2');
  });

  it('omit an e-mail address that cannot receive mail', async () => {
    const token = await issuer.sign({ ...RIGHT, sub: 'new-5', email: 'a@example.com, b@example.com' });

    await expect(authenticate(token)).resolves.toMatchObject({ userId: 'new-5', email: null });
  });

  it('omit values that cannot be stored', async () => {
    const odd = { email: 'a\0@example.com', name: 'x'.repeat(5_000) };
    const token = await issuer.sign({ ...RIGHT, sub: 'new-3', ...odd });

    await expect(authenticate(token)).resolves.toMatchObject({
      userId: 'new-3',
      email: null,
      name: '',
    });
  });

  describe('roles', () => {
    const at = (seconds: number): { iat: number } => ({ iat: 1_700_000_000 + seconds });
    const roleAfter = async (sub: string, claims: object): Promise<string> =>
      (await authenticate(await issuer.sign({ ...RIGHT, sub, ...claims }))).role;

    it('follow the newest token', async () => {
      expect(await roleAfter('role-1', { ...at(1), tidings_role: 'admin' })).toBe('admin');
      expect(await roleAfter('role-1', { ...at(2), tidings_role: 'partner' })).toBe('partner');
      expect(await roleAfter('role-1', { ...at(1), tidings_role: 'admin' })).toBe('partner');
      expect(await roleAfter('role-1', { ...at(3), tidings_role: 'owner' })).toBe('customer');
    });

    it('are removed by an issuer that no longer names a role', async () => {
      expect(await roleAfter('role-2', { ...at(1), tidings_role: 'admin' })).toBe('admin');
      expect(await roleAfter('role-2', at(2))).toBe('customer');
      expect(await roleAfter('role-2', { ...at(1), tidings_role: 'admin' })).toBe('customer');
    });

    it('can be assigned by this service if the issuer has never named a role', async () => {
      const { db } = provisioning.get(Database);
      expect(await roleAfter('role-3', at(1))).toBe('customer');
      await db.update(users).set({ role: 'admin' }).where(eq(users.id, 'role-3'));
      expect(await roleAfter('role-3', at(2))).toBe('admin');
    });

    it('of accounts with a password do not change', async () => {
      const { user } = await register(provisioning, 'local@example.com');
      expect(await roleAfter(user.id, { ...at(1), tidings_role: 'admin' })).toBe('customer');
    });
  });

  it('do not create a user if they are rejected', async () => {
    const token = await issuer.sign({ ...RIGHT, sub: 'new-4', iss: 'https://evil.example.com' });
    await expect(authenticate(token)).rejects.toMatchObject({ code: 'unauthenticated' });

    const rows = await provisioning.get(Database).db.select({ id: users.id }).from(users);
    expect(rows.map((row) => row.id)).not.toContain('new-4');
  });
});
