import { createECDH } from 'node:crypto';

const PRIVATE_KEY = /^[A-Za-z0-9_-]{43}=?$/;
const PUBLIC_KEY = /^[A-Za-z0-9_-]{87}=?$/;

/** Whether the value is a P-256 private key: 32 bytes in base64url, the format of all VAPID key generators. */
export function isVapidPrivateKey(value: unknown): boolean {
  return typeof value === 'string' && PRIVATE_KEY.test(value) && vapidPublicKey(value) !== null;
}

/** Whether the value is a P-256 public key: 65 bytes, uncompressed, in base64url. */
export function isVapidPublicKey(value: unknown): boolean {
  return typeof value === 'string' && PUBLIC_KEY.test(value);
}

/** The public key of a private key, in base64url without padding; null if the private key is invalid. */
export function vapidPublicKey(privateKey: string): string | null {
  const curve = createECDH('prime256v1');
  try {
    curve.setPrivateKey(privateKey, 'base64url');
  } catch {
    return null;
  }
  return curve.getPublicKey('base64url');
}
