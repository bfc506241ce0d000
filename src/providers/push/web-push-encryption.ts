import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { ECDH } from 'node:crypto';

/** The keys of a browser's subscription, in base64url. */
export interface SubscriptionKeys {
  /** The browser's P-256 public key, uncompressed. */
  readonly p256dh: string;
  /** 16 bytes known only to the browser and the application. */
  readonly auth: string;
}

/** Generated for every message. Passed in only to check against the examples of the RFC. */
export interface MessageSecrets {
  readonly salt: Buffer;
  /** A P-256 key pair. */
  readonly keys: ECDH;
}

const RECORD_SIZE = 4096;
const TAG_BYTES = 16;
/** Salt, record size, length of the key, key. */
const HEADER_BYTES = 16 + 4 + 1 + 65;
/** Marks the last record; padding would follow this byte. */
const LAST_RECORD = 2;

/** The minimum size that push services must accept (RFC 8030, section 7.2), minus the overhead of encryption. */
export const MAX_PLAIN_BYTES = RECORD_SIZE - HEADER_BYTES - TAG_BYTES - 1;

/**
 * Encrypts a message for the subscribed browser (RFC 8291), as one record of `aes128gcm` (RFC 8188). Throws RangeError if it is
 * longer than MAX_PLAIN_BYTES.
 */
export function encryptForBrowser(plain: Buffer, browser: SubscriptionKeys, secrets = newSecrets()): Buffer {
  if (plain.length > MAX_PLAIN_BYTES) throw new RangeError(`a push message has at most ${MAX_PLAIN_BYTES} bytes`);
  const { salt, keys } = secrets;
  const clientKey = Buffer.from(browser.p256dh, 'base64url');
  const serverKey = keys.getPublicKey();
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), clientKey, serverKey]);
  const secret = derive(keys.computeSecret(clientKey), Buffer.from(browser.auth, 'base64url'), info, 32);
  const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const record = [cipher.update(plain), cipher.update(Buffer.of(LAST_RECORD)), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([header(salt, serverKey), ...record]);
}

/** Whether these are valid keys of a browser's subscription. */
export function areSubscriptionKeys({ p256dh, auth }: SubscriptionKeys): boolean {
  if (Buffer.from(auth, 'base64url').length !== 16) return false;
  const key = Buffer.from(p256dh, 'base64url');
  if (key.length !== 65) return false;
  try {
    newKeys().computeSecret(key);
    return true;
  } catch {
    // Not a point on the curve.
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
