import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const DERIVED_BYTES = 32;

/** The key that all nodes of an installation sign with. */
export class SigningKey {
  /** Created once: given a string, jsonwebtoken tries it as a public key each time, which costs fifty times the signature. */
  readonly key: KeyObject;

  constructor(secret: string) {
    this.key = createSecretKey(secret, 'utf8');
  }

  /** HMAC-SHA256 (32 bytes) of the content. The purpose keeps a signature from being valid for anything else that is signed. */
  sign(purpose: string, content: Buffer | string): Buffer {
    return createHmac('sha256', this.key).update(purpose).update(content).digest();
  }

  /** A key (32 bytes) for one purpose, from which neither this key nor that of another purpose can be computed. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.key, '', purpose, DERIVED_BYTES));
  }
}
