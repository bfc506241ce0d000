import { Injectable } from '@nestjs/common';
import { eq, gt, lt, and, sql } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Queryable } from '../../database/backend/transaction.js';
import { SignedIds } from '../signing/signed-ids.js';
import { SigningKey } from '../signing/signing-key.js';
import { passwordLinks } from './password-links.table.js';

export type PasswordLink = typeof passwordLinks.$inferSelect;

export interface NewPasswordLink {
  readonly userId: string;
  /** The address to which the link is sent; null if it is given to the user in another way. */
  readonly email: string | null;
  readonly lifeSeconds: number;
  /** A UUID. Default: a new one. A link with this id is created only once. */
  readonly id?: string;
}

/** Tokens that set the password of an account once. Every method takes the database or the transaction in which it runs. */
@Injectable()
export class PasswordLinks extends SignedIds {
  constructor(key: SigningKey) {
    super(key, 'tidings password link ');
  }

  /** Returns the token. */
  async create(db: Queryable, { userId, email, lifeSeconds, id = uuidv7() }: NewPasswordLink): Promise<string> {
    const expiresAt = sql`now() + make_interval(secs => ${lifeSeconds}::int)`;
    await db.delete(passwordLinks).where(lt(passwordLinks.expiresAt, sql`now()`));
    await db.insert(passwordLinks).values({ id, userId, email, expiresAt }).onConflictDoNothing();
    return this.tokenOf(id);
  }

  /** Null if the token is malformed, used or expired. */
  async find(db: Queryable, token: string): Promise<PasswordLink | null> {
    const id = this.idOf(token);
    if (id === null) return null;
    const isValid = and(eq(passwordLinks.id, id), gt(passwordLinks.expiresAt, sql`now()`));
    const [link] = await db.select().from(passwordLinks).where(isValid);
    return link ?? null;
  }

  /** Uses the link up. False if another request has done so. */
  async use(db: Queryable, { id }: PasswordLink): Promise<boolean> {
    const used = await db.delete(passwordLinks).where(eq(passwordLinks.id, id)).returning({ id: passwordLinks.id });
    return used.length > 0;
  }

  /** Invalidates all links of the user. */
  async invalidate(db: Queryable, userId: string): Promise<void> {
    await db.delete(passwordLinks).where(eq(passwordLinks.userId, userId));
  }
}
