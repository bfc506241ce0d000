import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { PasswordStrength } from '../passwords/password-strength.js';
import { Passwords } from '../passwords/passwords.js';
import { Users } from '../users/users.js';
import type { User } from '../users/users.js';
import { PasswordLinks } from './password-links.js';
import type { PasswordLink } from './password-links.js';
import { PasswordReplacement } from './password-replacement.js';

/** A valid link and the user whose password it sets. */
export interface OpenPasswordLink {
  readonly link: PasswordLink;
  readonly user: User;
}

/** Sets passwords with links. */
@Injectable()
export class PasswordByLink {
  constructor(
    private readonly database: Database,
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly strength: PasswordStrength,
    private readonly links: PasswordLinks,
    private readonly replacement: PasswordReplacement,
  ) {}

  /** Throws not_found with the same message for all reasons: malformed, used or expired token, disabled user. */
  async find(token: string): Promise<OpenPasswordLink> {
    const link = await this.links.find(this.database.db, token);
    const user = link && (await this.users.find(link.userId));
    if (!link || !user || user.disabled) throw invalidLink();
    return { link, user };
  }

  /**
   * Sets the password and ends all sessions of the user. If the link was sent to the address of the account, the address is
   * confirmed. Throws not_found if the link has been used, and invalid_message for a weak password. `address`: the network address.
   */
  async set({ link, user }: OpenPasswordLink, password: string, address: string): Promise<void> {
    const { id, email, name } = user;
    await this.strength.require(password, { email: email ?? '', name });
    const hash = await this.passwords.hash(password, address);
    await this.database.transaction(async (tx) => {
      // Two links of a user at once would otherwise deadlock: each would delete the other.
      if (!(await this.users.lock(tx.db, id))) throw invalidLink();
      if (!(await this.links.use(tx.db, link))) throw invalidLink();
      if (link.email !== null) await this.users.confirm(tx.db, id, { email: link.email });
      await this.replacement.replace(tx, id, { hash, keep: null, address });
    });
  }
}

function invalidLink(): ServiceError {
  return new ServiceError('not_found', 'This link is invalid, has been used or has expired.');
}
