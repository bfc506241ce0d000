import { createECDH } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';

const LIFETIME_SECONDS = 12 * 3_600;
/**
 * A signature is reused for half of its lifetime, because push services cache the signatures they have verified. Milliseconds.
 */
const USED_MS = (LIFETIME_SECONDS / 2) * 1000;
/**
 * Maximum number of cached signatures. Services with one host per shard have many origins, and signing costs less than the
 * memory.
 */
const MAX_KEPT = 1_000;

interface Signed {
  readonly header: string;
  readonly renewAt: number;
}

/** Identifies this application to push services (RFC 8292). */
export class Vapid {
  private readonly signed = new Map<string, Promise<Signed>>();

  constructor(
    private readonly privateKey: string,
    private readonly subject: string,
  ) {}

  /** The Authorization header for the service at `origin`. */
  async authorization(origin: string): Promise<string> {
    const known = await this.signed.get(origin);
    if (known && Date.now() < known.renewAt) return known.header;
    if (this.signed.size >= MAX_KEPT) this.signed.clear();
    const signing = this.sign(origin);
    this.signed.set(origin, signing);
    return (await signing).header;
  }

  private async sign(origin: string): Promise<Signed> {
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(this.privateKey, 'base64url');
    const point = curve.getPublicKey();
    const key = await importJWK(
      {
        kty: 'EC',
        crv: 'P-256',
        x: point.subarray(1, 33).toString('base64url'),
        y: point.subarray(33).toString('base64url'),
        d: this.privateKey.replace('=', ''),
      },
      'ES256',
    );
    const now = Date.now();
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
      .setAudience(origin)
      .setSubject(this.subject)
      .setExpirationTime(Math.floor(now / 1000) + LIFETIME_SECONDS)
      .sign(key);
    return { header: `vapid t=${token}, k=${point.toString('base64url')}`, renewAt: now + USED_MS };
  }
}
