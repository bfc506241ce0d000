import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { CLOCK_TOLERANCE } from './claims.js';
import type { VerifiedClaims } from './claims.js';
import { unauthenticated } from '../principal/unauthenticated.js';

/** Public-key algorithms only: if HS256 were accepted, anyone could sign tokens with the public key as the secret. */
const ISSUER_ALGORITHMS: readonly string[] = ['RS256', 'ES256', 'EdDSA'];

export function isIssuerAlgorithm(algorithm: string): boolean {
  return ISSUER_ALGORITHMS.includes(algorithm);
}

/** Minimum time between two requests for the keys when the first response did not contain the needed key or failed. */
const COOLDOWN_MS = 30_000;

/** Time between two attempts to read the keys while they cannot be read. */
const RETRY_MS = 10_000;

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/** Verifies tokens against the key set at JWT_JWKS_URL. Caches it for ten minutes; reloads it for an unknown key at most every 30 s. */
@Injectable()
export class IssuerKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(IssuerKeys.name);
  private readonly remote: RemoteKeys | null;
  private currentProblem: string | null = null;
  private retry: NodeJS.Timeout | undefined;
  private stopped = false;
  private askAgainAt = 0;

  constructor({ auth: { jwtJwksUrl } }: Settings) {
    const options = { cacheMaxAge: 600_000, cooldownDuration: COOLDOWN_MS, timeoutDuration: 3_000 };
    this.remote = jwtJwksUrl === undefined ? null : createRemoteJWKSet(new URL(jwtJwksUrl), options);
  }

  /** Whether JWT_JWKS_URL is set. */
  get isConfigured(): boolean {
    return this.remote !== null;
  }

  /** Why the keys cannot be read now; null while they can be read, and without JWT_JWKS_URL. */
  get problem(): string | null {
    return this.currentProblem;
  }

  /** Reads the keys early, so that a wrong URL is reported at startup. Startup does not wait for the issuer. */
  onApplicationBootstrap(): void {
    if (this.remote) void this.read(this.remote);
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.retry);
  }

  /** Throws unauthenticated, and unavailable if the keys have never been read and cannot be read now. */
  async verify(token: string): Promise<VerifiedClaims> {
    if (!this.remote)
      throw unauthenticated('Tokens with a public-key signature are not accepted, because JWT_JWKS_URL is not set.');
    const keys = await this.currentKeys(this.remote);
    try {
      const claims = await verifyWith(keys, token);
      if (keys === this.remote) this.noteReadable();
      return claims;
    } catch (error) {
      if (!isUnreachable(error)) throw unauthenticated(reason(error), error);
      this.noteProblem(this.remote, error);
      throw new ServiceError('unavailable', 'The keys of the token issuer cannot be read at the moment.', {
        retryAfterSeconds: 5,
        cause: error,
      });
    }
  }

  /**
   * When cached keys have expired, only one request per cooldown waits for the new keys. Others verify with the keys read last,
   * which stay valid while the issuer is slow or unavailable. So an outage of the issuer is not an outage of this service.
   */
  private async currentKeys(remote: RemoteKeys): Promise<JWTVerifyGetKey> {
    const known = remote.jwks();
    if (!known || remote.fresh) return remote;
    if (Date.now() >= this.askAgainAt) {
      this.askAgainAt = Date.now() + COOLDOWN_MS;
      if (await this.read(remote)) return remote;
    }
    return createLocalJWKSet(known);
  }

  /** Returns whether the keys could be read. */
  private async read(remote: RemoteKeys): Promise<boolean> {
    try {
      await remote.reload();
      if (!holdsKeys(remote)) throw new Error('the answer contains no public signature key');
      this.noteReadable();
      return true;
    } catch (error) {
      this.noteProblem(remote, error);
      return false;
    }
  }

  private noteProblem(remote: RemoteKeys, error: unknown): void {
    const problem = `JWT_JWKS_URL cannot be read: ${describe(error)}`;
    if (this.currentProblem !== problem) this.logger.error(problem);
    this.currentProblem = problem;
    if (this.stopped) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.read(remote), RETRY_MS).unref();
  }

  private noteReadable(): void {
    if (this.currentProblem !== null) this.logger.log('JWT_JWKS_URL can be read again');
    this.currentProblem = null;
    clearTimeout(this.retry);
  }
}

function holdsKeys(remote: RemoteKeys): boolean {
  return (remote.jwks()?.keys ?? []).some(({ kty, use }) => kty !== 'oct' && use !== 'enc');
}

/** The errors of fetch state the reason only in their cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } };
  const reason = cause?.code ?? cause?.message;
  return typeof reason === 'string' ? `${error.message} (${reason})` : error.message;
}

async function verifyWith(keys: JWTVerifyGetKey, token: string): Promise<VerifiedClaims> {
  const options = {
    algorithms: [...ISSUER_ALGORITHMS],
    clockTolerance: CLOCK_TOLERANCE,
    requiredClaims: ['exp'],
  };
  try {
    return (await jwtVerify(token, keys, options)).payload as VerifiedClaims;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // The token has no `kid` and several keys of its kind exist: try each of them.
    for await (const key of error) {
      const claims = await jwtVerify(token, key, options).catch(ignoreWrongSignature);
      if (claims) return claims.payload as VerifiedClaims;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function ignoreWrongSignature(error: unknown): null {
  if (error instanceof errors.JWSSignatureVerificationFailed) return null;
  throw error;
}

/** jose's plain JOSEError (response not 200 or not JSON), its timeout, a malformed key set, and fetch's own errors. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes(error.code);
}

function reason(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The claim "${error.claim}" of the token is missing or invalid.`;
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'The token is signed with a key that its issuer does not publish.';
  return 'The token is malformed, or its signature is invalid.';
}
