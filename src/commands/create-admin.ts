import { isEmail } from 'class-validator';
import { and, eq, isNull } from 'drizzle-orm';
import type { AuditAction } from '../audit/audit-event.js';
import { AuditLog } from '../audit/audit-log.js';
import { passwordLinkUrl, passwordPagePath } from '../auth/password-changes/password-link-url.js';
import { PasswordLinks } from '../auth/password-changes/password-links.js';
import { Passwords } from '../auth/passwords/passwords.js';
import { SigningKey } from '../auth/signing/signing-key.js';
import { sessions } from '../auth/sessions/sessions.table.js';
import { signingSecret } from '../auth/signing/signing-secret.js';
import { MAX_EMAIL_LENGTH } from '../auth/users/user-limits.js';
import { UserEvents } from '../auth/users/user-events.js';
import { Users } from '../auth/users/users.js';
import { users } from '../auth/users/users.table.js';
import type { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import { CommandRejected } from './command-rejected.js';

const LIFE_HOURS = 24;

/**
 * Implements `node dist/main.js create-admin EMAIL`: makes sure that an administrator with this address exists, and prints a link
 * that sets the password once. An existing account becomes an administrator. It keeps its password until the link is used, unless its
 * address is unconfirmed: then its password is removed and its sessions end. Throws CommandRejected for an invalid address or a disabled
 * account, and DatabaseStartFailed.
 */
export async function createAdmin(settings: Settings, email: string): Promise<void> {
  if (!isEmail(email) || email.length > MAX_EMAIL_LENGTH)
    throw new CommandRejected(`"${email}" is not an e-mail address.`);
  const database = await Database.open(settings.database.databaseUrl);
  try {
    const links = new PasswordLinks(new SigningKey(await signingSecret(settings, database)));
    const { token, done } = await database.transaction(async (tx) => {
      const { userId, action, done } = await becomeAdmin(
        tx,
        new Users(database, new Passwords(), new UserEvents()),
        email,
      );
      if (action) await note(tx, new AuditLog(database), action, userId);
      // A link that was printed earlier stops working.
      await links.invalidate(tx.db, userId);
      return { done, token: await links.create(tx.db, { userId, email: null, lifeSeconds: LIFE_HOURS * 3_600 }) };
    });
    process.stdout.write([done, ...linkLines(settings, token), ''].join('\n'));
  } finally {
    await database.close();
  }
}

interface Done {
  readonly userId: string;
  /** Null: the account was an administrator already. */
  readonly action: 'user_created' | 'user_changed' | null;
  readonly done: string;
}

function note(tx: Transaction, audit: AuditLog, action: AuditAction, userId: string): Promise<void> {
  const details = { role: 'admin', command: 'create-admin' };
  const author = { userId: null, keyId: null };
  return audit.record(tx.db, { action, author, target: { type: 'user', id: userId }, details });
}

async function becomeAdmin(tx: Transaction, all: Users, email: string): Promise<Done> {
  const known = await all.findByEmail(email, tx.db);
  if (!known) {
    const { id } = await all.insert(tx.db, { email, role: 'admin' }, null);
    return { userId: id, action: 'user_created', done: `Created the administrator ${email}.` };
  }
  if (known.disabled) throw new CommandRejected(`The account ${String(known.email)} is disabled.`);
  if (known.role === 'admin') {
    return { userId: known.id, action: null, done: `${String(known.email)} is an administrator already.` };
  }
  await tx.db.update(users).set({ role: 'admin' }).where(eq(users.id, known.id));
  if (known.emailConfirmedAt === null) await lockOut(tx, known.id);
  const done = `${String(known.email)} is now an administrator; the role was ${known.role}.`;
  return { userId: known.id, action: 'user_changed', done };
}

/** Anybody can have registered with an address that was never confirmed, so only the link gives access to the account. */
async function lockOut(tx: Transaction, userId: string): Promise<void> {
  await tx.db.update(users).set({ passwordHash: null }).where(eq(users.id, userId));
  const isOpen = and(eq(sessions.userId, userId), isNull(sessions.revokedAt));
  await tx.db.update(sessions).set({ revokedAt: new Date() }).where(isOpen);
}

function linkLines(settings: Settings, token: string): string[] {
  const url = passwordLinkUrl(settings, token);
  const intro = `Open this link within ${LIFE_HOURS} hours to set the password. It works once:`;
  if (url !== null) return [intro, url];
  return [
    intro,
    passwordPagePath(token),
    'PUBLIC_URL is not set: put the address of the service in front of the path.',
  ];
}
