import { Injectable } from '@nestjs/common';
import { createHmac, randomBytes } from 'node:crypto';
import { isSameText } from '../tokens/same-text.js';
import { SigningKey } from '../tokens/signing-key.js';

const ID_BYTES = 16;

/**
 * Remembers, in a cookie of the browser, that an account has signed in on this device. Failed logins there are counted apart, so
 * guesses from elsewhere cannot keep the owner out (OWASP, "device cookies"). The cookie is a random id and a signature over this id
 * and the account; it authenticates nobody.
 */
@Injectable()
export class KnownDevices {
  private readonly key: Buffer;

  constructor(key: SigningKey) {
    this.key = key.derive('tidings device cookies');
  }

  /** A new cookie for a device on which this account (its `emailKey`) has signed in. */
  remember(account: string): string {
    const id = randomBytes(ID_BYTES).toString('base64url');
    return `${id}.${this.signature(id, account)}`;
  }

  /** The id of the device, when the cookie was given out for this account; null for any other text. */
  recognise(cookie: string | null, account: string): string | null {
    const [, id, signature] = /^([\w-]{22})\.([\w-]{43})$/.exec(cookie ?? '') ?? [];
    if (id === undefined || signature === undefined) return null;
    return isSameText(signature, this.signature(id, account)) ? id : null;
  }

  /** Of a program at a network address, for one user: tells neither. */
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
