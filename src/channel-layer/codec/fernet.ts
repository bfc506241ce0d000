import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { MalformedMessage } from '../interface/errors.js';

const VERSION = 0x80;
const HEADER_LENGTH = 1 + 8 + 16;
const HMAC_LENGTH = 32;
const BLOCK_LENGTH = 16;
/** Seconds a token may be in the future, because clocks differ; as in the Fernet specification. */
const CLOCK_SKEW_SECONDS = 60;

interface Key {
  readonly signing: Buffer;
  readonly encryption: Buffer;
}

/**
 * Fernet tokens (AES-128-CBC and HMAC-SHA256) with several keys. The first key encrypts and all keys decrypt, so that a key can
 * be replaced one process at a time. A key here is any text; the Fernet key is its SHA-256, as in channels_redis.
 */
export class Fernet {
  private readonly first: Key;
  private readonly keys: readonly Key[];

  /** Throws if there are no keys or one is empty. `now` returns milliseconds since 1970. */
  constructor(
    keys: readonly string[],
    private readonly now: () => number = Date.now,
  ) {
    const [first, ...others] = keys.map(keyOf);
    if (!first || keys.includes('')) throw new Error('Encryption requires keys, and no key may be empty');
    this.first = first;
    this.keys = [first, ...others];
  }

  /** Returns the token in base64url with padding. `iv` is for tests against recorded tokens. */
  encrypt(plain: Uint8Array, iv: Buffer = randomBytes(16)): Buffer {
    const header = Buffer.alloc(9);
    header[0] = VERSION;
    header.writeBigUInt64BE(BigInt(Math.floor(this.now() / 1000)), 1);
    const cipher = createCipheriv('aes-128-cbc', this.first.encryption, iv);
    const signed = Buffer.concat([header, iv, cipher.update(plain), cipher.final()]);
    const token = Buffer.concat([signed, createHmac('sha256', this.first.signing).update(signed).digest()]);
    const text = token.toString('base64url');
    return Buffer.from(text.padEnd(Math.ceil(text.length / 4) * 4, '='), 'latin1');
  }

  /**
   * Returns the decrypted bytes. Throws MalformedMessage if this is not a token, if no key fits, or if the token is older than
   * `timeToLiveSeconds` (default: no limit).
   */
  decrypt(token: Uint8Array, timeToLiveSeconds?: number): Buffer {
    const bytes = Buffer.from(
      Buffer.from(token.buffer, token.byteOffset, token.byteLength).toString('latin1'),
      'base64url',
    );
    const cipherLength = bytes.length - HEADER_LENGTH - HMAC_LENGTH;
    if (bytes[0] !== VERSION || cipherLength < BLOCK_LENGTH || cipherLength % BLOCK_LENGTH !== 0) {
      throw new MalformedMessage('Not an encrypted message');
    }
    this.requireFresh(Number(bytes.readBigUInt64BE(1)), timeToLiveSeconds);
    const signed = bytes.subarray(0, -HMAC_LENGTH);
    const key = this.keys.find((candidate) => isSignedBy(candidate, signed, bytes.subarray(-HMAC_LENGTH)));
    if (!key) throw new MalformedMessage('A message is encrypted with an unknown key');
    return decipher(key, signed);
  }

  private requireFresh(createdAt: number, timeToLiveSeconds: number | undefined): void {
    if (timeToLiveSeconds === undefined) return;
    const now = Math.floor(this.now() / 1000);
    if (createdAt + timeToLiveSeconds < now) throw new MalformedMessage('An encrypted message is too old');
    if (createdAt > now + CLOCK_SKEW_SECONDS)
      throw new MalformedMessage('An encrypted message has a time in the future');
  }
}

function keyOf(text: string): Key {
  const digest = createHash('sha256').update(text).digest();
  return { signing: digest.subarray(0, 16), encryption: digest.subarray(16) };
}

function isSignedBy(key: Key, signed: Buffer, signature: Buffer): boolean {
  return timingSafeEqual(createHmac('sha256', key.signing).update(signed).digest(), signature);
}

function decipher(key: Key, signed: Buffer): Buffer {
  try {
    const cipher = createDecipheriv('aes-128-cbc', key.encryption, signed.subarray(9, HEADER_LENGTH));
    return Buffer.concat([cipher.update(signed.subarray(HEADER_LENGTH)), cipher.final()]);
  } catch (error) {
    throw new MalformedMessage('An encrypted message cannot be decrypted', { cause: error });
  }
}
