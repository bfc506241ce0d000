import { Injectable } from '@nestjs/common';
import { and, eq, ilike, isNotNull, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { Actor } from '../auth/principal/actor.js';
import { PasswordStrength } from '../auth/passwords/password-strength.js';
import { emailKey } from '../auth/users/email-key.js';
import { NEWEST_USERS_FIRST, USER_PLACE, userPlace, usersAfter } from '../auth/users/user-place.js';
import { Users } from '../auth/users/users.js';
import { users } from '../auth/users/users.table.js';
import { containing } from '../database/containing.js';
import { Database } from '../database/database.js';
import type { Queryable, Transaction } from '../database/backend/transaction.js';
import { ServiceError } from '../errors/error/service-error.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { pageOf, pageRequest } from '../pagination/page.js';
import type { Page } from '../pagination/page.js';
import { PasswordResetMessages } from '../password-resets/password-reset-messages.js';
import { AccountEffects } from './account-effects.js';
import { AccountRules } from './account-rules.js';
import type { ChangeUserDto, CreateUserDto, UserAccountDto, UserListQuery } from './user-accounts.dto.js';

const columns = {
  id: users.id,
  email: users.email,
  emailConfirmedAt: users.emailConfirmedAt,
  name: users.name,
  role: users.role,
  phone: users.phone,
  phoneConfirmedAt: users.phoneConfirmedAt,
  language: users.language,
  timeZone: users.timeZone,
  hasPassword: sql<boolean>`${isNotNull(users.passwordHash)}`,
  disabled: users.disabled,
  createdAt: users.createdAt,
};

/** The accounts of all users, for administrators. */
@Injectable()
export class UserAccounts {
  constructor(
    private readonly database: Database,
    private readonly users: Users,
    private readonly strength: PasswordStrength,
    private readonly rules: AccountRules,
    private readonly effects: AccountEffects,
    private readonly messages: PasswordResetMessages,
  ) {}

  /** Newest first. */
  async list(query: UserListQuery): Promise<Page<UserAccountDto>> {
    const request = pageRequest(query, USER_PLACE);
    const { role, disabled, search, email } = query;
    const rows = await this.database.db
      .select(columns)
      .from(users)
      .where(
        and(
          role === undefined ? undefined : eq(users.role, role),
          disabled === undefined ? undefined : eq(users.disabled, disabled),
          search === undefined ? undefined : contains(search),
          email === undefined ? undefined : eq(users.emailKey, emailKey(email.trim())),
          request.after === null ? undefined : usersAfter(request.after),
        ),
      )
      .orderBy(...NEWEST_USERS_FIRST)
      .limit(request.take);
    return pageOf(rows, request, userPlace, accountView);
  }

  /** Throws not_found. */
  async find(id: string): Promise<UserAccountDto> {
    const { id: known } = await this.users.require(id);
    return read(this.database.db, known);
  }

  /**
   * Without a password, the user cannot sign in with one. Throws invalid_message for a weak password, conflict for a taken address,
   * forbidden if an API key would create an administrator, and unprocessable if an invitation cannot be sent.
   */
  async create(request: IdempotentRequest | null, actor: Actor, body: CreateUserDto): Promise<UserAccountDto> {
    const { email, password, name, role = 'customer', email_confirmed: emailConfirmed } = body;
    this.rules.requireMayManage(actor, [role]);
    const { invite = false } = body;
    if (invite) this.requireInvitable(password);
    if (password !== undefined) await this.strength.require(password, { email, name });
    const account = { email, password, name, role, emailConfirmed };
    const hash = await this.users.hashOf(account);
    const create = async (tx: Transaction): Promise<UserAccountDto> => {
      const { id } = await this.users.insert(tx.db, account, hash);
      await this.effects.created(tx, actor, id, role);
      if (invite) await this.messages.enqueueInvitation(tx, email);
      return read(tx.db, id);
    };
    return this.database.transaction(create, { once: request });
  }

  /**
   * Sends a new link to a user who has not set a password yet; the previous link stays valid for its time. Throws not_found,
   * conflict if the user has a password or is disabled or has no address, forbidden if an API key would invite an administrator, and
   * unprocessable if an invitation cannot be sent.
   */
  async inviteAgain(actor: Actor, id: string): Promise<void> {
    this.messages.requireMail();
    const account = await this.find(id);
    this.rules.requireMayManage(actor, [account.role]);
    if (account.has_password) throw new ServiceError('conflict', 'This user has a password.');
    if (account.disabled) throw new ServiceError('conflict', 'This user is disabled.');
    const { email } = account;
    if (email === null) throw new ServiceError('conflict', 'This user has no e-mail address.');
    await this.database.transaction((tx) => this.messages.enqueueInvitation(tx, email));
  }

  private requireInvitable(password: string | undefined): void {
    this.messages.requireMail();
    if (password === undefined) return;
    const detail = 'must not be given with invite: the invited user chooses it';
    throw new ServiceError('invalid_message', `#/password ${detail}`, { errors: [{ pointer: '#/password', detail }] });
  }

  /**
   * A changed role, or disabling, takes effect at once on every node, also on open sockets. Throws not_found, and the errors of
   * `AccountRules`.
   */
  change(actor: Actor, id: string, { name, role, disabled }: ChangeUserDto): Promise<UserAccountDto> {
    return this.database.transaction(async (tx) => {
      const { id: known } = await this.users.require(id, tx.db);
      const before = await this.rules.requireMayChange(tx.db, actor, known, { role, disabled });
      const changes = {
        name: name?.trim() ?? before.name,
        role: role ?? before.role,
        disabled: disabled ?? before.disabled,
      };
      await tx.db.update(users).set(changes).where(eq(users.id, known));
      await this.effects.changed(tx, actor, known, before, changes);
      return read(tx.db, known);
    });
  }
}

async function read(db: Queryable, id: string): Promise<UserAccountDto> {
  const [row] = await db.select(columns).from(users).where(eq(users.id, id));
  if (!row) throw new Error(`user ${id} was just found, but cannot be read`);
  return accountView(row);
}

function contains(text: string): SQL | undefined {
  const pattern = containing(text);
  return or(ilike(users.email, pattern), ilike(users.name, pattern), ilike(users.id, pattern));
}

type Row = Pick<typeof users.$inferSelect, Exclude<keyof typeof columns, 'hasPassword'>> & {
  readonly hasPassword: boolean;
};

function accountView(row: Row): Pick<UserAccountDto, keyof UserAccountDto> {
  return {
    id: row.id,
    email: row.email,
    email_confirmed: row.emailConfirmedAt !== null,
    name: row.name,
    role: row.role,
    phone: row.phone,
    phone_confirmed: row.phoneConfirmedAt !== null,
    language: row.language,
    time_zone: row.timeZone,
    has_password: row.hasPassword,
    disabled: row.disabled,
    created_at: row.createdAt.toISOString(),
  };
}
