import { randomBytes } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { must } from './rest.js';

/** Somebody with an account who has just signed in. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly password: string;
  /** For REST, and for sockets by header or cookie. */
  readonly accessToken: string;
  readonly refreshToken: string;
  /** For sockets, by any way. */
  readonly socketToken: string;
}

interface Login {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly user: { readonly id: string; readonly name: string };
}

const PASSWORD = 'correct horse battery';

/** Makes accounts of each role: valid, unlike each other, signed in. */
export class People {
  constructor(
    private readonly app: INestApplication,
    private readonly url: string,
  ) {}

  customer(name = 'Carla Customer'): Promise<Person> {
    return this.register('customer', name);
  }

  partner(name = 'Paul Partner'): Promise<Person> {
    return this.register('partner', name);
  }

  /** Nobody can register as an admin, so one is registered as a customer and raised in the database. */
  async admin(name = 'Ada Admin'): Promise<Person> {
    const { id, email } = await this.register('customer', name);
    await this.app.get(Database).db.execute(sql`update users set role = 'admin' where id = ${id}`);
    return this.signIn(email);
  }

  /** A further session of an account that was made here. */
  async signIn(email: string): Promise<Person> {
    const body = { email, password: PASSWORD };
    return this.person(email, await must<Login>(this.url, 'POST /api/auth/login', { body }));
  }

  private async register(role: 'customer' | 'partner', name: string): Promise<Person> {
    const email = `${role}-${randomBytes(6).toString('hex')}@example.com`;
    const body = { email, password: PASSWORD, name, role };
    return this.person(email, await must<Login>(this.url, 'POST /api/auth/register', { body }));
  }

  private async person(email: string, login: Login): Promise<Person> {
    const token = login.access_token;
    const realtime = await must<{ token: string }>(this.url, 'GET /api/realtime/token/', { token });
    return {
      ...{ id: login.user.id, name: login.user.name, email, password: PASSWORD },
      ...{ accessToken: token, refreshToken: login.refresh_token, socketToken: realtime.token },
    };
  }
}
