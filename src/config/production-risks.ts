import type { Settings } from './settings.js';
import { isLoopback } from './values/loopback.js';

/** Key sets shared by all customers of a provider: without an audience, tokens for any other application would be accepted. */
const SHARED_KEY_SETS = /(^|\.)(googleapis\.com|google\.com|microsoftonline\.com|apple\.com)$/;
/** Names and addresses that stay inside a private network. */
const PRIVATE = /^([^.[]+|.+\.(internal|local|svc)|10\..+|192\.168\..+|172\.(1[6-9]|2\d|3[01])\..+)$/;

/** Settings with which a production process does not start. */
export function productionDangers(settings: Settings): string[] {
  const { publicUrl } = settings.process;
  const { jwtAudience } = settings.auth;
  const keySet = keySetOf(settings);
  const dangers: string[] = [];
  if (allowsAll(settings) && publicUrl === undefined) {
    dangers.push(
      'PUBLIC_URL is missing; production requires it with ALLOWED_HOSTS=*, since any Host header would be trusted.',
    );
  }
  if (keySet?.protocol === 'http:' && !isLoopback(keySet.hostname) && !PRIVATE.test(keySet.hostname)) {
    dangers.push(
      'JWT_JWKS_URL uses http://; production requires https://, since an attacker on the network could replace the keys.',
    );
  }
  if (keySet && SHARED_KEY_SETS.test(keySet.hostname) && jwtAudience === undefined) {
    dangers.push(`JWT_AUDIENCE is missing; the keys of ${keySet.hostname} sign tokens for other applications too.`);
  }
  return dangers;
}

/** Settings that a production process logs a warning about when it starts. */
export function productionWarnings(settings: Settings): string[] {
  if (settings.process.nodeEnv !== 'production') return [];
  const keySet = keySetOf(settings);
  const warnings: string[] = [];
  if (allowsAll(settings)) {
    warnings.push(
      'ALLOWED_HOSTS=* lets pages of any origin use this service with their own token; name the hosts of your pages.',
    );
  }
  if (keySet?.protocol === 'http:')
    warnings.push('JWT_JWKS_URL uses http://: an attacker who can change its answer can sign tokens.');
  const unset = (['JWT_ISSUER', 'JWT_AUDIENCE'] as const).filter((name) =>
    name === 'JWT_ISSUER' ? settings.auth.jwtIssuer === undefined : settings.auth.jwtAudience === undefined,
  );
  if (keySet && unset.length > 0) {
    warnings.push(
      `${unset.join(' and ')} not set: tokens that JWT_JWKS_URL signs for other applications are accepted.`,
    );
  }
  return warnings;
}

function allowsAll({ auth: { allowedHosts } }: Settings): boolean {
  return Array.isArray(allowedHosts) && allowedHosts.includes('*');
}

function keySetOf({ auth: { jwtJwksUrl } }: Settings): URL | null {
  return jwtJwksUrl !== undefined && URL.canParse(jwtJwksUrl) ? new URL(jwtJwksUrl) : null;
}
