import { randomBytes } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { OwnTokens } from '../../src/auth/tokens/own-tokens.js';
import type { Role } from '../../src/auth/principal/principal.js';
import { accessTokenId } from '../../src/auth/sessions/refresh-tokens.js';
import { RegistrationEvents } from '../../src/auth/sign-in/registration-events.js';
import { Sessions } from '../../src/auth/sessions/sessions.js';
import { Users } from '../../src/auth/users/users.js';
import type { User } from '../../src/auth/users/users.js';
import { Database } from '../../src/database/database.js';

/** A user who has just signed in. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly password: string;
  /** The access token: for REST, and for sockets in header or cookie. */
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The WebSocket token: for sockets in every way. */
  readonly socketToken: string;
}

const PASSWORD = 'correct horse battery';
/** The hash of PASSWORD. Hashing it for each person would take most of the time of creating people. */
const PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$yQyuAIUkE0VUpKdkGzYk8w$GCO0g1Jl1fdL6J7bAx7WPFte9d0eGi3BxLxcPJM2DRY';
const ADDRESS = '127.0.0.1';

/**
 * Creates valid, different, signed-in accounts of each role, without HTTP and argon2. Registering and signing in have
 * their own stories.
 */
export class People {
  constructor(private readonly app: INestApplication) {}

  customer(name = 'Carla Customer'): Promise<Person> {
    return this.create('customer', name);
  }

  partner(name = 'Paul Partner'): Promise<Person> {
    return this.create('partner', name);
  }

  admin(name = 'Ada Admin'): Promise<Person> {
    return this.create('admin', name);
  }

  /** Creates a further session of an account that was created here. */
  async signIn(email: string): Promise<Person> {
    const user = await this.app.get(Users).findByEmail(email);
    if (!user) throw new Error(`no account has the address ${email}`);
    return this.open(user);
  }

  private async create(role: Role, name: string): Promise<Person> {
    const email = `${role}-${randomBytes(6).toString('hex')}@example.com`;
    const user = await this.app.get(Database).transaction(async (tx) => {
      const created = await this.app.get(Users).insert(tx.db, { email, name, role }, PASSWORD_HASH);
      await this.app.get(RegistrationEvents).registered(tx, created, ADDRESS);
      return created;
    });
    return this.open(user);
  }

  private async open({ id, email, name, role }: User): Promise<Person> {
    const { sessionId, refreshToken, issuedAt } = await this.app
      .get(Sessions)
      .open(id, { address: ADDRESS, userAgent: '' });
    const [tokens, subject] = [this.app.get(OwnTokens), { userId: id, sessionId, role }];
    const issue = { at: issuedAt, id: accessTokenId(refreshToken) };
    return {
      id,
      name,
      email: email ?? '',
      password: PASSWORD,
      refreshToken,
      accessToken: await tokens.sign('access', subject, issue),
      socketToken: await tokens.sign('websocket', subject),
    };
  }
}
