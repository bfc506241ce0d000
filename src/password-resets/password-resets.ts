import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { AttemptLimits } from '../auth/limits/attempt-limits.js';
import { passwordLinkUrl } from '../auth/password-changes/password-link-url.js';
import { emailKey } from '../auth/users/email-key.js';
import { addressKey } from '../client-address/address-key.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { ServiceError } from '../errors/service-error.js';
import { Providers } from '../providers/providers.js';
import { PasswordResetMessages } from './password-reset-messages.js';

/** Accepts requests for links that set a new password. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly limits: AttemptLimits,
    private readonly providers: Providers,
    private readonly messages: PasswordResetMessages,
  ) {}

  /**
   * Neither the result nor the time it takes shows whether an account has the address: the account is looked up by the job that
   * sends the message. Throws rate_limited, and unprocessable if this installation cannot send the message.
   */
  async request(email: string, networkAddress: string): Promise<void> {
    this.requireMail();
    await this.limits.countPasswordReset(emailKey(email), addressKey(networkAddress));
    await this.database.transaction((tx) => this.messages.enqueue(tx, { link_id: uuidv7(), email }));
  }

  private requireMail(): void {
    const off = this.providers.off('email');
    if (off !== null) throw new ServiceError('unprocessable', `The email channel is off: ${off}.`);
    if (passwordLinkUrl(this.settings, '') !== null) return;
    throw new ServiceError('unprocessable', 'PUBLIC_URL is not set, so the message could not contain a link.');
  }
}
