import { createECDH } from 'node:crypto';

const PRIVATE_KEY = /^[A-Za-z0-9_-]{43}=?$/;
const PUBLIC_KEY = /^[A-Za-z0-9_-]{87}=?$/;

/** A private key of P-256: 32 bytes in base64url, as every generator of VAPID keys writes it. */
export function isVapidPrivateKey(value: unknown): boolean {
  return typeof value === 'string' && PRIVATE_KEY.test(value) && vapidPublicKey(value) !== null;
}

/** A public key of P-256: 65 bytes, uncompressed, in base64url. */
export function isVapidPublicKey(value: unknown): boolean {
  return typeof value === 'string' && PUBLIC_KEY.test(value);
}

/** The public key that belongs to a private one, in base64url without padding; null for what is no private key. */
export function vapidPublicKey(privateKey: string): string | null {
  const curve = createECDH('prime256v1');
  try {
    curve.setPrivateKey(privateKey, 'base64url');
  } catch {
    return null;
  }
  return curve.getPublicKey('base64url');
}
