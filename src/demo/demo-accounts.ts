import { Injectable } from '@nestjs/common';
import { DEMO_PASSWORD } from '../auth/passwords/demo-password.js';
import type { Principal, Role } from '../auth/principal/principal.js';
import { Users } from '../auth/users/users.js';
import { ServiceError } from '../errors/error/service-error.js';

const NAMES: Record<Role, string> = { admin: 'Ada Admin', customer: 'Carla Customer', partner: 'Pat Partner' };

/** The demo users as principals, which act without signing in. */
export type DemoPeople = Record<Role, Principal>;

@Injectable()
export class DemoAccounts {
  constructor(private readonly users: Users) {}

  /** The account of this role. Creates it if it does not exist; another node may be creating it at the same time. */
  async ensure(role: Role): Promise<Principal> {
    const found = await this.find(role);
    if (found) return found;
    try {
      const account = { email: emailOf(role), password: DEMO_PASSWORD, name: NAMES[role], role };
      await this.users.create({ ...account, emailConfirmed: true });
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'conflict') throw error;
    }
    const made = await this.find(role);
    if (!made) throw new Error(`the account ${emailOf(role)} could be neither created nor found`);
    return made;
  }

  /** Null if the account does not exist. */
  async find(role: Role): Promise<Principal | null> {
    const user = await this.users.findByEmail(emailOf(role));
    if (!user) return null;
    const { id: userId, email, name, role: ownRole, language } = user;
    const expiresAt = Number.POSITIVE_INFINITY;
    return { kind: 'user', userId, email, name, role: ownRole, language, sessionId: null, expiresAt };
  }
}

function emailOf(role: Role): string {
  return `${role}@example.com`;
}
