import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

export type IssuerAlgorithm = 'RS256' | 'ES256' | 'EdDSA' | 'RS512';

interface IssuerKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** An outside identity provider: a key set behind a URL, and tokens signed with its keys. */
export class Issuer {
  /** How many times the key set was requested. */
  requests = 0;
  /** Answers 503 to every request while true. */
  away = false;

  private readonly keys = new Map<string, IssuerKey>();
  private readonly published = new Set<string>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((_request, response) => {
      this.requests += 1;
      const keys = [...this.published].map((kid) => this.key(kid).publicJwk);
      response.writeHead(this.away ? 503 : 200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
    });
  }

  /** Starts on a free port, with a published key for each of RS256, ES256 and EdDSA, named after its algorithm. */
  static async start(): Promise<Issuer> {
    const issuer = new Issuer();
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    for (const algorithm of ['RS256', 'ES256', 'EdDSA'] as const) await issuer.addKey(algorithm, algorithm);
    return issuer;
  }

  get jwksUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks.json`;
  }

  async addKey(kid: string, algorithm: IssuerAlgorithm, publish = true): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    this.keys.set(kid, { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' } });
    if (publish) this.published.add(kid);
  }

  publicJwk(kid: string): JWK {
    return this.key(kid).publicJwk;
  }

  /** A token that is valid for five minutes, unless the claims override this. `undefined` removes a claim. */
  sign(claims: JWTPayload, { algorithm = 'RS256', kid = algorithm, header }: SignOptions = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iat: now, exp: now + 300, ...claims })
      .setProtectedHeader({ alg: algorithm, kid, ...header })
      .sign(this.key(kid).privateKey);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private key(kid: string): IssuerKey {
    const key = this.keys.get(kid);
    if (!key) throw new Error(`the issuer has no key ${kid}`);
    return key;
  }
}

interface SignOptions {
  readonly algorithm?: IssuerAlgorithm;
  /** Default: the name of the algorithm. */
  readonly kid?: string;
  /** Further members of the header, which override the others. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A token of djangorestframework-simplejwt with default settings. */
export function djangoToken(secret: string, claims: JWTPayload = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const standard = { token_type: 'access', exp: now + 300, iat: now, jti: '0f6b6b8b7c7a4b0f8f2b', user_id: 7 };
  return new SignJWT({ ...standard, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret));
}
