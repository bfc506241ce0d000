import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader } from 'jose';
import type { ProtectedHeaderParameters } from 'jose';
import { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { ApiKeyVerifier } from '../api-keys/api-key-verifier.js';
import { looksLikeApiKey } from '../api-keys/api-key.js';
import type { Actor } from '../principal/actor.js';
import { requireAccessToken } from './access-token-kind.js';
import type { OwnClaims, VerifiedClaims } from './claims.js';
import { Identities } from '../users/identities.js';
import type { Identity } from '../users/identities.js';
import { isIssuerAlgorithm, IssuerKeys } from './issuer-keys.js';
import { readOutsideIdentity } from './outside-identity.js';
import { OwnTokens } from './own-tokens.js';
import type { Principal } from '../principal/principal.js';
import { unauthenticated } from '../principal/unauthenticated.js';
import { UserProvisioning } from './user-provisioning.js';

/**
 * Where a token was found.
 * `http`: a REST request. Accepts this service's access tokens and outside tokens.
 * `websocket`: a header or cookie of a handshake. Also accepts WebSocket tokens.
 * `websocket_query`: `?token=`, subprotocol or `authenticate` message. Accepts WebSocket tokens and outside tokens. Access tokens
 * of this service are rejected, because URLs end up in logs and an access token opens the REST API.
 */
export type TokenUse = 'http' | 'websocket' | 'websocket_query';

const NO_SOCKETS_FOR_KEYS =
  'API keys are accepted only in the Authorization header of REST requests. Sockets and event streams require the token of a user.';
const MAX_TOKEN_LENGTH = 16_384;
/** The latest time that a `Date` can represent. */
const LAST_DATE_MS = 8.64e15;

/** Verifies tokens and API keys, and returns principals and actors, for HTTP and WebSocket. No other class does this. */
@Injectable()
export class TokenAuthenticator {
  constructor(
    private readonly ownTokens: OwnTokens,
    private readonly issuerKeys: IssuerKeys,
    private readonly identities: Identities,
    private readonly provisioning: UserProvisioning,
    private readonly settings: Settings,
    private readonly apiKeys: ApiKeyVerifier,
  ) {}

  /** For REST requests: accepts API keys, and what `authenticate` accepts for `http`. Throws the same errors. */
  authenticateRequest(token: string): Promise<Actor> {
    return looksLikeApiKey(token) ? this.apiKeys.verify(token) : this.authenticate(token, 'http');
  }

  /**
   * For sockets and event streams. Throws ServiceError unauthenticated with the reason (an API key, malformed, expired, wrong kind for this use, session ended, user unknown
   * or disabled), and unavailable if the issuer's keys cannot be read.
   */
  async authenticate(token: string, use: TokenUse): Promise<Principal> {
    if (looksLikeApiKey(token)) throw unauthenticated(NO_SOCKETS_FOR_KEYS);
    const { algorithm, type } = readHeader(token);
    if (algorithm === 'HS256') {
      const claims = await this.ownTokens.verify(token);
      return this.ownTokens.isOwn(claims) ? this.acceptOwn(claims, use) : this.acceptOutside(claims, type);
    }
    if (!isIssuerAlgorithm(algorithm)) throw unauthenticated('The signature algorithm of the token is not accepted.');
    return this.acceptOutside(await this.issuerKeys.verify(token), type);
  }

  /**
   * Returns the principal with the current role, name and language of the user. Throws unauthenticated if the user is now unknown
   * or disabled, and session_revoked if the session has ended.
   */
  async refresh(principal: Principal): Promise<Principal> {
    const { userId, sessionId } = principal;
    const { hasSession, email, name, role, language } = requireEnabled(await this.identities.find(userId, sessionId));
    if (sessionId !== null && !hasSession) throw new ServiceError('session_revoked', 'The session was ended.');
    return { ...principal, email, name, role, language };
  }

  private async acceptOwn(claims: OwnClaims, use: TokenUse): Promise<Principal> {
    refuseWrongKind(claims, use);
    const identity = requireEnabled(await this.identities.find(claims.sub, claims.sid));
    if (claims.sid !== null && !identity.hasSession) throw unauthenticated('The session of this token has ended.');
    return toPrincipal(identity, claims);
  }

  private async acceptOutside(claims: VerifiedClaims, headerType: string | undefined): Promise<Principal> {
    requireAccessToken(claims, headerType);
    const outside = readOutsideIdentity(claims, this.settings.auth);
    let identity = await this.identities.find(outside.userId, null);
    if (this.settings.auth.jwtProvisionUsers && (await this.provisioning.follow(outside, identity))) {
      identity = await this.identities.find(outside.userId, null);
    }
    return toPrincipal(requireEnabled(identity), { ...claims, sid: null });
  }
}

function decodedHeader(token: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(token);
  } catch (error) {
    throw unauthenticated('The token is malformed.', error);
  }
}

function readHeader(token: string): { algorithm: string; type: string | undefined } {
  if (token.length > MAX_TOKEN_LENGTH) throw unauthenticated('The token is too long.');
  const { alg = 'none', typ, crit } = decodedHeader(token);
  // RFC 7515: a token with an unknown critical extension must be rejected. `jsonwebtoken`, which verifies HS256, ignores this
  // header.
  if (crit !== undefined) throw unauthenticated('The token has critical extensions, and none are supported.');
  return { algorithm: alg, type: typeof typ === 'string' ? typ : undefined };
}

function refuseWrongKind({ token_type: type, sid }: OwnClaims, use: TokenUse): void {
  if (type === 'websocket') {
    if (use === 'http')
      throw unauthenticated('This token is valid for WebSockets only; REST requires an access token.');
    return;
  }
  // Only WebSocket tokens may lack a session.
  if (type !== 'access' || sid === null) throw unauthenticated('The token is not an access token.');
  if (use === 'websocket_query') {
    throw unauthenticated(
      'Access tokens are accepted only in the header and the cookie. Use a WebSocket token from /api/realtime/token/.',
    );
  }
}

function requireEnabled(identity: Identity | null): Identity {
  if (!identity) throw unauthenticated('The user of this token does not exist.');
  if (identity.disabled) throw unauthenticated('The user of this token is disabled.');
  return identity;
}

function toPrincipal(identity: Identity, claims: Pick<OwnClaims, 'sid' | 'exp'>): Principal {
  const { userId, email, name, role, language } = identity;
  return { kind: 'user', userId, email, name, role, language, sessionId: claims.sid, expiresAt: expiryOf(claims) };
}

/** In milliseconds since 1970. A token that expires after the latest possible `Date` (8.64e15) is treated as expiring then. */
function expiryOf({ exp }: Pick<OwnClaims, 'exp'>): number {
  return Math.min(exp * 1_000, LAST_DATE_MS);
}
