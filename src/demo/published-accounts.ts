import { asc, eq, inArray } from 'drizzle-orm';
import { verify } from '@node-rs/argon2';
import { DEMO_EMAILS, DEMO_PASSWORD } from '../auth/passwords/demo-password.js';
import { sessions } from '../auth/sessions/sessions.table.js';
import { users } from '../auth/users/users.table.js';
import type { Database } from '../database/database.js';

/** Makes the startup of a production process fail. The message is worded for the operator. */
export class PublishedDemoAccounts extends Error {
  constructor(emails: readonly string[]) {
    super(
      `Demo accounts with their published password are in this database: ${emails.join(', ')}. Production does not start with them.\n` +
        'Disable them with `node dist/disable-demo-accounts.js`, with the same settings; under Docker Compose:\n' +
        '  docker compose run --rm tidings-1 node dist/disable-demo-accounts.js',
    );
    this.name = 'PublishedDemoAccounts';
  }
}

interface Account {
  readonly id: string;
  readonly email: string;
}

/** The demo accounts that can still sign in with the published password. */
export async function findPublishedAccounts({ db }: Database): Promise<Account[]> {
  const rows = await db
    .select({ id: users.id, email: users.email, hash: users.passwordHash, disabled: users.disabled })
    .from(users)
    .where(inArray(users.email, [...DEMO_EMAILS]))
    .orderBy(asc(users.email));
  const published: Account[] = [];
  for (const { id, email, hash, disabled } of rows) {
    if (email !== null && hash !== null && !disabled && (await verify(hash, DEMO_PASSWORD)))
      published.push({ id, email });
  }
  return published;
}

/** Throws PublishedDemoAccounts. */
export async function refusePublishedAccounts(database: Database): Promise<void> {
  const accounts = await findPublishedAccounts(database);
  if (accounts.length > 0) throw new PublishedDemoAccounts(accounts.map(({ email }) => email));
}

/**
 * Removes the published password from the demo accounts, ends their sessions and disables them. Returns their addresses. Their
 * orders and notifications are kept, because they may also concern other accounts.
 */
export async function disablePublishedAccounts(database: Database): Promise<string[]> {
  const accounts = await findPublishedAccounts(database);
  await database.transaction(async ({ db }) => {
    for (const { id } of accounts) {
      await db.update(users).set({ passwordHash: null, disabled: true }).where(eq(users.id, id));
      await db.delete(sessions).where(eq(sessions.userId, id));
    }
  });
  return accounts.map(({ email }) => email);
}
