import { Injectable } from '@nestjs/common';
import { and, eq, isNull, or, sql } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../database/database.js';
import type { Queryable } from '../../database/backend/transaction.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { emailKey } from './email-key.js';
import { Passwords } from '../passwords/passwords.js';
import type { Role } from '../principal/principal.js';
import { isUserId } from './user-id.js';
import { UserEvents } from './user-events.js';
import { users } from './users.table.js';

export interface User {
  readonly id: string;
  readonly email: string | null;
  readonly name: string;
  readonly role: Role;
  /** E.164. */
  readonly phone: string | null;
  /** BCP 47. */
  readonly language: string | null;
  /** IANA name. */
  readonly timeZone: string | null;
  /** Null: `email` has not been confirmed. */
  readonly emailConfirmedAt: Date | null;
  /** Null: `phone` has not been confirmed. */
  readonly phoneConfirmedAt: Date | null;
  readonly disabled: boolean;
  readonly createdAt: Date;
}

/** Name, language and time zone for messages to a user. */
export type Profile = Pick<User, 'name' | 'language' | 'timeZone'>;

/** What users may change in their account. Omitted members stay unchanged. */
export type UserChanges = Partial<Pick<User, 'name' | 'phone' | 'language' | 'timeZone'>>;

export interface NewUser {
  /** Default: a new UUID v7. */
  readonly id?: string;
  readonly email: string;
  /** Not validated here: the registration DTO validates new passwords. Absent: the user cannot sign in with a password. */
  readonly password?: string;
  /** Default: empty. */
  readonly name?: string;
  readonly role: Role;
  /** Whether the address is known to belong to the user. Default: false. */
  readonly emailConfirmed?: boolean;
}

/** The user and the stored hash that a login is checked against. */
export interface Credentials {
  readonly user: User;
  readonly passwordHash: string | null;
}

const { passwordHash, ...userColumns } = {
  id: users.id,
  email: users.email,
  name: users.name,
  role: users.role,
  phone: users.phone,
  language: users.language,
  timeZone: users.timeZone,
  emailConfirmedAt: users.emailConfirmedAt,
  phoneConfirmedAt: users.phoneConfirmedAt,
  disabled: users.disabled,
  createdAt: users.createdAt,
  passwordHash: users.passwordHash,
};

@Injectable()
export class Users {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly events: UserEvents,
  ) {}

  /** Inside a transaction, pass its `tx.db`. */
  async find(id: string, db: Queryable = this.database.db): Promise<User | null> {
    const [user] = await db.select(userColumns).from(users).where(eq(users.id, id));
    return user ?? null;
  }

  /** Like `find`. Throws not_found. */
  async require(id: string, db?: Queryable): Promise<User> {
    const user = isUserId(id) ? await this.find(id, db) : null;
    if (!user) throw new ServiceError('not_found', 'There is no such user.');
    return user;
  }

  /** A changed phone number becomes unconfirmed. Null if the user does not exist. */
  async change(id: string, changes: UserChanges): Promise<User | null> {
    if (Object.keys(changes).every((key) => changes[key as keyof UserChanges] === undefined)) return this.find(id);
    const { phone } = changes;
    const phoneConfirmedAt = sql`CASE WHEN ${users.phone} = ${phone}::text THEN ${users.phoneConfirmedAt} END`;
    return this.database.transaction(async (tx) => {
      const [user] = await tx.db
        .update(users)
        .set({ ...changes, ...(phone !== undefined && { phoneConfirmedAt }) })
        .where(eq(users.id, id))
        .returning(userColumns);
      if (user) await this.events.report(tx, id, 'changed');
      return user ?? null;
    });
  }

  /** Marks an address as confirmed if the user still has it; returns false otherwise. */
  async confirm(db: Queryable, id: string, address: { email: string } | { phone: string }): Promise<boolean> {
    const [column, changes] =
      'email' in address
        ? [eq(users.email, address.email), { emailConfirmedAt: sql`now()` }]
        : [eq(users.phone, address.phone), { phoneConfirmedAt: sql`now()` }];
    const confirmed = await db
      .update(users)
      .set(changes)
      .where(and(eq(users.id, id), column))
      .returning({ id: users.id });
    return confirmed.length > 0;
  }

  /** The account with this address or with an address of the same `emailKey`. Inside a transaction, pass its `tx.db`. */
  async findByEmail(email: string, db?: Queryable): Promise<User | null> {
    return (await this.findCredentials(email, db))?.user ?? null;
  }

  /** For logins. If the addresses of two accounts have the same key, prefers the account with exactly this spelling. */
  async findCredentials(email: string, db: Queryable = this.database.db): Promise<Credentials | null> {
    const key = emailKey(email);
    const withoutKey = and(isNull(users.emailKey), sql`lower(${users.email}) = lower(${email})`);
    const rows = await db
      .select({ user: userColumns, passwordHash, key: users.emailKey })
      .from(users)
      .where(or(eq(users.emailKey, key), withoutKey));
    // PostgreSQL's lower() depends on the locale of the database, so compare again here.
    const found = rows.filter(({ user }) => user.email !== null && emailKey(user.email) === key);
    const row = found.find(({ user }) => user.email === email) ?? found.find((each) => each.key !== null) ?? found[0];
    return row ?? null;
  }

  /** The ids that belong to users, disabled users included. Inside a transaction, pass its `tx.db`. */
  async exists(ids: readonly string[], db: Queryable = this.database.db): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await db
      .select({ id: users.id })
      .from(users)
      .where(sql`${users.id} = any(${sql.param([...ids])}::text[])`);
    return new Set(rows.map((row) => row.id));
  }

  /** The profiles of the ids that belong to users. Inside a transaction, pass its `tx.db`. */
  async profiles(ids: readonly string[], db: Queryable = this.database.db): Promise<Map<string, Profile>> {
    const { id, name, language, timeZone } = userColumns;
    const rows = await db
      .select({ id, name, language, timeZone })
      .from(users)
      .where(sql`${users.id} = any(${sql.param([...ids])}::text[])`);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Locks the row of the user until the transaction ends. False if the password has been changed or the user disabled since. */
  async lockUnchanged(db: Queryable, { user, passwordHash: hash }: Credentials): Promise<boolean> {
    const isUnchanged = and(
      eq(users.id, user.id),
      eq(users.disabled, false),
      sql`${passwordHash} IS NOT DISTINCT FROM ${hash}`,
    );
    const rows = await db.select({ id: users.id }).from(users).where(isUnchanged).for('no key update');
    return rows.length > 0;
  }

  /** Locks the row of the user until the transaction ends. False if the user does not exist. */
  async lock(db: Queryable, id: string): Promise<boolean> {
    const rows = await db.select({ id: users.id }).from(users).where(eq(users.id, id)).for('update');
    return rows.length > 0;
  }

  /** Returns whether the user had a password before. Concurrent changes wait for each other. */
  async setPassword(db: Queryable, id: string, hash: string): Promise<boolean> {
    const [old] = await db.select({ passwordHash }).from(users).where(eq(users.id, id)).for('update');
    await db.update(users).set({ passwordHash: hash }).where(eq(users.id, id));
    return old?.passwordHash != null;
  }

  /** Throws conflict if the address or the id is taken. */
  async create(user: NewUser): Promise<User> {
    return this.insert(this.database.db, user, await this.hashOf(user));
  }

  /** The hash for `insert`. It is slow, so compute it outside transactions. `from`: the address of the client, see `Passwords`. */
  hashOf({ password }: NewUser, from?: string): Promise<string | null> {
    return password === undefined ? Promise.resolve(null) : this.passwords.hash(password, from);
  }

  /** Like `create`, in the transaction of the caller. */
  async insert(db: Queryable, user: NewUser, hash: string | null): Promise<User> {
    const values = {
      id: user.id ?? uuidv7(),
      email: user.email,
      emailKey: emailKey(user.email),
      name: user.name ?? '',
      role: user.role,
      passwordHash: hash,
      emailConfirmedAt: user.emailConfirmed === true ? new Date() : null,
    };
    const [created] = await db.insert(users).values(values).onConflictDoNothing().returning(userColumns);
    if (!created) {
      const detail = 'This e-mail address is taken.';
      throw new ServiceError('conflict', detail, { errors: [{ pointer: '#/email', detail }] });
    }
    return created;
  }
}
