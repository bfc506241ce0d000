import type { VerifiedClaims } from './claims.js';
import { unauthenticated } from '../principal/unauthenticated.js';

/** Claims in which issuers state the kind of a token (simplejwt, Cognito, Keycloak), with their values for access tokens. */
const STATED: Readonly<Record<string, readonly string[]>> = {
  token_type: ['access'],
  token_use: ['access'],
  typ: ['bearer', 'access', 'jwt', 'at+jwt'],
};
/** Claims that OpenID Connect defines for ID tokens only. */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash'];
/** Firebase, Google and Apple issue only ID tokens as JWTs. JWT_AUDIENCE selects those for this service. */
const ID_TOKENS_ONLY = /^(https:\/\/)?(securetoken\.google\.com\/.+|accounts\.google\.com|appleid\.apple\.com)$/;

/**
 * Throws unauthenticated if a verified outside token is not an access token but, for example, an ID token, a refresh token or a
 * logout token. `headerType` is the `typ` of its header; `at+jwt` states an access token (RFC 9068). If neither header nor claims
 * state the kind, a token with claims that only ID tokens have is rejected.
 */
export function requireAccessToken(claims: VerifiedClaims, headerType: string | undefined): void {
  const type = headerType?.toLowerCase().replace(/^application\//, '') ?? 'jwt';
  if ((type !== 'jwt' && type !== 'at+jwt') || claims.events !== undefined)
    throw wrongKind('its header declares another kind of token');
  const stated = Object.keys(STATED).filter((name) => claims[name] !== undefined && claims[name] !== null);
  for (const name of stated) {
    const value = claims[name];
    const isAccess =
      typeof value === 'string' && STATED[name]?.includes(name === 'token_type' ? value : value.toLowerCase());
    if (isAccess !== true) throw wrongKind(`its claim "${name}" declares another kind of token`);
  }
  if (stated.length > 0 || type === 'at+jwt' || ID_TOKENS_ONLY.test(claims.iss ?? '')) return;
  const mark = ID_TOKEN_CLAIMS.find((name) => claims[name] !== undefined);
  if (mark !== undefined) throw wrongKind(`its claim "${mark}" occurs only in ID tokens`);
}

function wrongKind(reason: string): Error {
  return unauthenticated(`The token is not an access token: ${reason}.`);
}
