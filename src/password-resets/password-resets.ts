import { Injectable } from '@nestjs/common';
import { AttemptLimits } from '../auth/limits/attempt-limits.js';
import { emailKey } from '../auth/users/email-key.js';
import { addressKey } from '../client-address/address-key.js';
import { Database } from '../database/database.js';
import { PasswordResetMessages } from './password-reset-messages.js';

/** Accepts requests for links that set a new password. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly database: Database,
    private readonly limits: AttemptLimits,
    private readonly messages: PasswordResetMessages,
  ) {}

  /**
   * Neither the result nor the time it takes shows whether an account has the address: the account is looked up by the job that
   * sends the message. Throws rate_limited, and unprocessable if this installation cannot send the message.
   */
  async request(email: string, networkAddress: string): Promise<void> {
    this.messages.requireMail();
    await this.limits.countPasswordReset(emailKey(email), addressKey(networkAddress));
    await this.database.transaction((tx) => this.messages.enqueueReset(tx, email));
  }
}
