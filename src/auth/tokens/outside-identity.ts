import { isEmail } from 'class-validator';
import { isStorableText } from '../../text/storable-text.js';
import type { AuthSettings } from '../../config/sections/auth-settings.js';
import type { VerifiedClaims } from './claims.js';
import { ROLES } from '../principal/principal.js';
import type { Role } from '../principal/principal.js';
import { isUserId } from '../users/user-id.js';
import { MAX_EMAIL_LENGTH, MAX_USER_NAME_LENGTH } from '../users/user-limits.js';
import { unauthenticated } from '../principal/unauthenticated.js';

/** The user that a token of an outside issuer names. */
export interface OutsideIdentity {
  readonly userId: string;
  readonly email: string | null;
  /** Whether the issuer has confirmed the address: the claim `email_verified`. */
  readonly emailConfirmed: boolean;
  readonly name: string;
  /** Null if the token names no role. A role that does not exist here becomes `customer`. */
  readonly role: Role | null;
  /** The claim `iat`; 1970 if it is missing. */
  readonly issuedAt: Date;
}

/** Reads the claims of a verified outside token. Throws unauthenticated for a wrong issuer or audience or an invalid user id. */
export function readOutsideIdentity(claims: VerifiedClaims, settings: AuthSettings): OutsideIdentity {
  const { jwtIssuer, jwtAudience, jwtUserIdClaim, jwtRoleClaim } = settings;
  if (jwtIssuer !== undefined && claims.iss !== jwtIssuer)
    throw unauthenticated('The issuer of the token is not accepted.');
  if (jwtAudience !== undefined && ![claims.aud].flat().includes(jwtAudience)) {
    throw unauthenticated('The audience of the token is not accepted.');
  }
  return {
    userId: readUserId(claims, jwtUserIdClaim),
    email: readEmail(claims.email),
    // Some issuers send it as a string.
    emailConfirmed: claims.email_verified === true || claims.email_verified === 'true',
    name: readText(claims.name, MAX_USER_NAME_LENGTH) ?? '',
    role: readRole(claims[jwtRoleClaim]),
    issuedAt: new Date((claims.iat ?? 0) * 1_000),
  };
}

function readUserId(claims: VerifiedClaims, names: readonly string[]): string {
  const name = names.find((candidate) => claims[candidate] !== undefined && claims[candidate] !== null);
  if (name === undefined) throw unauthenticated(`The token has no user id: it lacks ${names.join(', ')}.`);
  const value = claims[name];
  const id = Number.isSafeInteger(value) ? String(value) : value;
  if (!isUserId(id)) throw unauthenticated(`The claim "${name}" of the token is not a valid user id.`);
  return id;
}

function readRole(claim: unknown): Role | null {
  if (claim === undefined || claim === null) return null;
  return ROLES.find((role) => role === claim) ?? 'customer';
}

/** An address that cannot receive mail is omitted, so that the account works without it. */
function readEmail(value: unknown): string | null {
  const email = readText(value, MAX_EMAIL_LENGTH);
  return email !== null && isEmail(email) ? email : null;
}

function readText(value: unknown, maxLength: number): string | null {
  if (!isStorableText(value)) return null;
  const text = value.trim();
  return text === '' || text.length > maxLength ? null : text;
}
