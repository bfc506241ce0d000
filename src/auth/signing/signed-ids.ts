import { timingSafeEqual } from 'node:crypto';
import type { SigningKey } from './signing-key.js';

const TOKEN = /^[\w-]{56}$/;
const ID_BYTES = 16;
/** Id and signature together are a multiple of three bytes long, so each token has only one base64url spelling. */
const SIGNATURE_BYTES = 26;

/**
 * Tokens for links: an id (a UUID) and a signature over the id, 56 characters of base64url. Tokens are not stored, because they can
 * be computed again at any time.
 */
export class SignedIds {
  /** `purpose` restricts a token to one kind of link. Changing it invalidates all issued tokens. */
  constructor(
    private readonly key: SigningKey,
    private readonly purpose: string,
  ) {}

  tokenOf(id: string): string {
    const bytes = idBytes(id);
    return Buffer.concat([bytes, this.signature(bytes)]).toString('base64url');
  }

  /** The id in the token; null if the text is not a token for this purpose. */
  idOf(token: string): string | null {
    if (!TOKEN.test(token)) return null;
    const bytes = Buffer.from(token, 'base64url');
    const id = bytes.subarray(0, ID_BYTES);
    if (!timingSafeEqual(bytes.subarray(ID_BYTES), this.signature(id))) return null;
    return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  private signature(id: Buffer): Buffer {
    return this.key.sign(this.purpose, id).subarray(0, SIGNATURE_BYTES);
  }
}

export function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
