import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { ServiceError } from '../../errors/service-error.js';
import { PasswordStrength } from '../passwords/password-strength.js';
import { Passwords } from '../passwords/passwords.js';
import type { Principal } from '../principal/principal.js';
import { Logins } from '../sign-in/logins.js';
import type { SignInClient } from '../sign-in/sign-in-client.decorator.js';
import type { ChangePasswordDto } from './account.dto.js';
import { PasswordReplacement } from './password-replacement.js';

/** Users change their password. */
@Injectable()
export class PasswordChanges {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly strength: PasswordStrength,
    private readonly logins: Logins,
    private readonly replacement: PasswordReplacement,
  ) {}

  /**
   * Keeps the session of the request and ends the others. Throws unprocessable for a wrong current password and for an account
   * without a password, invalid_message for a weak new password, and rate_limited like a login.
   */
  async change(principal: Principal, body: ChangePasswordDto, client: SignInClient): Promise<void> {
    const { userId, email, name, sessionId } = principal;
    // A user of an outside issuer may have the address of an account with a password.
    if (email === null || sessionId === null) throw withoutPassword();
    await this.logins.check({ email, password: body.current_password }, client).catch((error: unknown) => {
      throw error instanceof ServiceError && error.code === 'unauthenticated' ? wrongPassword() : error;
    });
    await this.strength.require(body.new_password, { email, name }, '#/new_password');
    const hash = await this.passwords.hash(body.new_password, client.address);
    const change = { hash, keep: sessionId, address: client.address };
    await this.database.transaction((tx) => this.replacement.replace(tx, userId, change));
  }
}

function withoutPassword(): ServiceError {
  return new ServiceError('unprocessable', 'This account has no password here.');
}

function wrongPassword(): ServiceError {
  const detail = 'is wrong';
  const errors = [{ pointer: '#/current_password', detail }];
  return new ServiceError('unprocessable', `current_password ${detail}`, { errors });
}
