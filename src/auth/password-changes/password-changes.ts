import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { PasswordStrength } from '../passwords/password-strength.js';
import { Passwords } from '../passwords/passwords.js';
import type { Principal } from '../principal/principal.js';
import type { SignInClient } from '../sign-in/sign-in-client.decorator.js';
import type { ChangePasswordDto } from './passwords.dto.js';
import { OwnPassword } from './own-password.js';
import { PasswordReplacement } from './password-replacement.js';

/** Users change their password. */
@Injectable()
export class PasswordChanges {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly strength: PasswordStrength,
    private readonly own: OwnPassword,
    private readonly replacement: PasswordReplacement,
  ) {}

  /**
   * Keeps the session of the request and ends the others. Throws unprocessable for a wrong current password and for an account
   * without a password, invalid_message for a weak new password, and rate_limited like a login.
   */
  async change(principal: Principal, body: ChangePasswordDto, client: SignInClient): Promise<void> {
    const { userId, email, name, sessionId } = principal;
    await this.own.require(principal, body.current_password, client, '#/current_password');
    await this.strength.require(body.new_password, { email: email ?? '', name }, '#/new_password');
    const hash = await this.passwords.hash(body.new_password, client.address);
    const change = { hash, keep: sessionId, address: client.address };
    await this.database.transaction((tx) => this.replacement.replace(tx, userId, change));
  }
}
