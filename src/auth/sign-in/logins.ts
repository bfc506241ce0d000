import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import type { ServiceError } from '../../errors/error/service-error.js';
import type { LoginDto } from './auth.dto.js';
import { emailKey } from '../users/email-key.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { LoginLimits } from '../limits/login-limits.js';
import { Passwords } from '../passwords/passwords.js';
import { SignInRecord } from './sign-in-record.js';
import { SignInDevices } from './sign-in-devices.js';
import type { SignInClient } from './sign-in-client.decorator.js';
import { unauthenticated } from '../principal/unauthenticated.js';
import { Users } from '../users/users.js';
import type { Credentials } from '../users/users.js';

/** Checks e-mail addresses and passwords. */
@Injectable()
export class Logins {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly limits: LoginLimits,
    private readonly devices: KnownDevices,
    private readonly signInDevices: SignInDevices,
    private readonly signInRecord: SignInRecord,
  ) {}

  /** Throws rate_limited and unauthenticated. Neither message nor timing shows whether the address or the password was wrong. */
  async check({ email, password }: LoginDto, { address, deviceCookie }: SignInClient): Promise<Credentials> {
    const account = emailKey(email);
    const known = await this.users.findCredentials(email);
    const attempt = { account, address, device: this.devices.recognise(deviceCookie, account) };
    const permit = (): Promise<void> => this.limits.count(attempt);
    const matches = await this.passwords.verify(known?.passwordHash ?? null, password, { from: address, permit });
    if (!matches || !known || known.user.disabled) {
      await this.signInRecord.failed(email, known?.user ?? null, address);
      throw wrongCredentials();
    }
    await this.limits.forgive(attempt);
    return known;
  }

  /**
   * Runs in the transaction of a sign-in. Reports a device that is new to the account to its owner. Throws unauthenticated if the
   * password has been changed or the user disabled since the check, because that has ended the sessions of the user.
   */
  async admit(tx: Transaction, credentials: Credentials, email: string, client: SignInClient): Promise<void> {
    if (!(await this.users.lockUnchanged(tx.db, credentials))) throw wrongCredentials();
    await this.signInDevices.note(tx, credentials.user.id, emailKey(email), client);
    await this.signInRecord.succeeded(tx.db, credentials.user, client);
  }

  /** The cookie that identifies this device: the current cookie if it is valid, else a new one. */
  deviceCookie(email: string, { deviceCookie }: SignInClient): string {
    const account = emailKey(email);
    const isKnown = deviceCookie !== null && this.devices.recognise(deviceCookie, account) !== null;
    return isKnown ? deviceCookie : this.devices.remember(account);
  }
}

function wrongCredentials(): ServiceError {
  return unauthenticated('The e-mail address or the password is wrong.');
}
