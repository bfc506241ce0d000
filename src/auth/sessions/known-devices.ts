import { Injectable } from '@nestjs/common';
import { createHmac, randomBytes } from 'node:crypto';
import { isSameText } from '../signing/same-text.js';
import { SigningKey } from '../signing/signing-key.js';

const ID_BYTES = 16;

/**
 * Recognises devices on which an account has signed in, by a cookie. Failed logins on such a device are counted separately, so that
 * guesses from elsewhere cannot lock the owner out (OWASP, "device cookies"). The cookie is a random id and a signature over the id
 * and the account. It does not authenticate the user.
 */
@Injectable()
export class KnownDevices {
  private readonly key: Buffer;

  constructor(key: SigningKey) {
    this.key = key.derive('tidings device cookies');
  }

  /** A new cookie for a device on which this account has signed in. `account`: its `emailKey`. */
  remember(account: string): string {
    const id = randomBytes(ID_BYTES).toString('base64url');
    return `${id}.${this.signature(id, account)}`;
  }

  /** The id of the device if the cookie was issued for this account; null for any other text. */
  recognise(cookie: string | null, account: string): string | null {
    const [, id, signature] = /^([\w-]{22})\.([\w-]{43})$/.exec(cookie ?? '') ?? [];
    if (id === undefined || signature === undefined) return null;
    return isSameText(signature, this.signature(id, account)) ? id : null;
  }

  /** A keyed hash of user agent and network address, different for each user. Neither value can be read from it. */
  fingerprint(
    userId: string,
    { userAgent, address }: { readonly userAgent: string; readonly address: string },
  ): string {
    const parts = JSON.stringify(['program', userId, userAgent, address]);
    return createHmac('sha256', this.key).update(parts).digest('base64url');
  }

  private signature(id: string, account: string): string {
    return createHmac('sha256', this.key).update(`${id} ${account}`).digest('base64url');
  }
}
