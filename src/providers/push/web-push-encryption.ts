import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { ECDH } from 'node:crypto';

/** What a browser gives with its subscription, both in base64url. */
export interface SubscriptionKeys {
  /** Its public key of P-256, uncompressed. */
  readonly p256dh: string;
  /** 16 bytes that only browser and application know. */
  readonly auth: string;
}

/** Chosen anew for every message; given only to check against the examples of the RFC. */
export interface MessageSecrets {
  readonly salt: Buffer;
  /** A pair of P-256. */
  readonly keys: ECDH;
}

const RECORD_SIZE = 4096;
const TAG_BYTES = 16;
/** Salt, record size, length of the key, the key. */
const HEADER_BYTES = 16 + 4 + 1 + 65;
/** Says that a record is the last one; a padding would follow it. */
const LAST_RECORD = 2;

/** What push services take at least (RFC 8030, 7.2), less what encryption adds. */
export const MAX_PLAIN_BYTES = RECORD_SIZE - HEADER_BYTES - TAG_BYTES - 1;

/**
 * Encrypts a message so that only the subscribed browser can read it (RFC 8291), as one record of `aes128gcm` (RFC 8188).
 * Throws RangeError over MAX_PLAIN_BYTES.
 */
export function encryptForBrowser(plain: Buffer, browser: SubscriptionKeys, secrets = newSecrets()): Buffer {
  if (plain.length > MAX_PLAIN_BYTES) throw new RangeError(`a push message has at most ${MAX_PLAIN_BYTES} bytes`);
  const { salt, keys } = secrets;
  const theirKey = Buffer.from(browser.p256dh, 'base64url');
  const ourKey = keys.getPublicKey();
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), theirKey, ourKey]);
  const secret = derive(keys.computeSecret(theirKey), Buffer.from(browser.auth, 'base64url'), info, 32);
  const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const record = [cipher.update(plain), cipher.update(Buffer.of(LAST_RECORD)), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([header(salt, ourKey), ...record]);
}

/** Can a browser have given these? */
export function areSubscriptionKeys({ p256dh, auth }: SubscriptionKeys): boolean {
  if (Buffer.from(auth, 'base64url').length !== 16) return false;
  const key = Buffer.from(p256dh, 'base64url');
  if (key.length !== 65) return false;
  try {
    newKeys().computeSecret(key);
    return true;
  } catch {
    // Not a point of the curve.
    return false;
  }
}

function newSecrets(): MessageSecrets {
  return { salt: randomBytes(16), keys: newKeys() };
}

function newKeys(): ECDH {
  const keys = createECDH('prime256v1');
  keys.generateKeys();
  return keys;
}

function derive(secret: Buffer, salt: Buffer, info: Buffer, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, bytes));
}

function header(salt: Buffer, key: Buffer): Buffer {
  const sizes = Buffer.alloc(5);
  sizes.writeUInt32BE(RECORD_SIZE, 0);
  sizes.writeUInt8(key.length, 4);
  return Buffer.concat([salt, sizes, key]);
}
