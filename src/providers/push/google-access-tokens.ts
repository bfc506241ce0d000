import { importPKCS8, SignJWT } from 'jose';
import type { ServiceAccount } from '../../config/values/service-account.js';
import {
  askProvider,
  giveUp,
  jsonOf,
  ProviderFailure,
  retryAfterMs,
  retryLater,
} from '../provider/provider-request.js';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ASSERTION_SECONDS = 3_600;
/** A token that expires sooner than this is renewed, because it could expire before the request arrives. Milliseconds. */
const RENEW_BEFORE_MS = 5 * 60_000;

interface TokenAnswer {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly error: string;
  readonly error_description: string;
}

interface AccessToken {
  readonly token: string;
  readonly renewAt: number;
}

/**
 * Access tokens of a Google service account, requested with a signed assertion (RFC 7523). Concurrent callers share one request.
 */
export class GoogleAccessTokens {
  private current: Promise<AccessToken> | undefined;

  constructor(private readonly account: ServiceAccount) {}

  /** Throws ProviderFailure. */
  async get(): Promise<string> {
    const known = this.current;
    if (known) {
      const { token, renewAt } = await known;
      if (Date.now() < renewAt) return token;
      if (this.current === known) this.current = undefined;
    }
    this.current ??= this.fetch();
    return (await this.current).token;
  }

  /** Call when a token was rejected: the next `get` requests a new one. */
  forget(): void {
    this.current = undefined;
  }

  private async fetch(): Promise<AccessToken> {
    try {
      return await this.exchange(await this.assertion());
    } catch (error) {
      this.current = undefined;
      throw error;
    }
  }

  private async assertion(): Promise<string> {
    const { clientEmail, privateKey, privateKeyId, tokenUri } = this.account;
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(privateKeyId !== undefined && { kid: privateKeyId }) })
      .setIssuer(clientEmail)
      .setAudience(tokenUri)
      .setIssuedAt(now)
      .setExpirationTime(now + ASSERTION_SECONDS)
      .sign(await importPKCS8(privateKey, 'RS256'));
  }

  private async exchange(assertion: string): Promise<AccessToken> {
    const answer = await askProvider(this.account.tokenUri, {
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ grant_type: GRANT, assertion }),
    });
    const body = jsonOf<TokenAnswer>(answer);
    if (answer.status === 200 && body.access_token !== undefined) {
      const lifetime = (body.expires_in ?? 0) * 1000;
      return { token: body.access_token, renewAt: Date.now() + lifetime - RENEW_BEFORE_MS };
    }
    const reason = [body.error, body.error_description].filter((part) => part !== undefined).join(': ');
    const text = `Google rejected the service account: ${answer.status} ${reason}`.trimEnd();
    // The key was deleted or the clock is wrong. The operator must correct it, so the message is retried.
    throw new ProviderFailure(answer.status === 404 ? giveUp(text) : retryLater(text, retryAfterMs(answer)));
  }
}
