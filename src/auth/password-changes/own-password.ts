import { Injectable } from '@nestjs/common';
import { ServiceError } from '../../errors/error/service-error.js';
import type { Principal } from '../principal/principal.js';
import { Logins } from '../sign-in/logins.js';
import type { SignInClient } from '../sign-in/sign-in-client.decorator.js';

/** Checks the password of a signed-in user before a change that cannot be undone. */
@Injectable()
export class OwnPassword {
  constructor(private readonly logins: Logins) {}

  /**
   * Throws unprocessable if the password is wrong or the account has none, and rate_limited like a login. `pointer`: the member of
   * the request body (RFC 6901).
   */
  async require(
    { email, sessionId }: Principal,
    password: string,
    client: SignInClient,
    pointer: string,
  ): Promise<void> {
    // A user of an outside issuer may have the address of an account with a password.
    if (email === null || sessionId === null) {
      throw new ServiceError('unprocessable', 'This account has no password here.');
    }
    await this.logins.check({ email, password }, client).catch((error: unknown) => {
      throw error instanceof ServiceError && error.code === 'unauthenticated' ? wrongPassword(pointer) : error;
    });
  }
}

function wrongPassword(pointer: string): ServiceError {
  const detail = 'is wrong';
  return new ServiceError('unprocessable', `${pointer.replace('#/', '')} ${detail}`, { errors: [{ pointer, detail }] });
}
