import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const DERIVED_BYTES = 32;

/** The signing key that all nodes of an installation share. */
export class SigningKey {
  /**
   * Created once. Given a string, jsonwebtoken tries to parse it as a public key on each call, which costs fifty times as much as
   * signing.
   */
  readonly key: KeyObject;

  constructor(secret: string) {
    this.key = createSecretKey(secret, 'utf8');
  }

  /** HMAC-SHA256 (32 bytes) of the content. `purpose` restricts a signature to one kind of content. */
  sign(purpose: string, content: Buffer | string): Buffer {
    return createHmac('sha256', this.key).update(purpose).update(content).digest();
  }

  /** A key (32 bytes) for one purpose. Neither this key nor the key of another purpose can be computed from it. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.key, '', purpose, DERIVED_BYTES));
  }
}
