import { productionDangers } from './production-risks.js';
import type { Settings } from './settings.js';
import { isLoopback } from './values/loopback.js';
import { isHost } from './values/urls.js';
import { vapidPublicKey } from './values/vapid-keys.js';

const MIN_SECRET_BYTES = 32;

/** Variables that must be set together. */
const SETS: readonly (readonly string[])[] = [
  ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
  ['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY', 'VAPID_SUBJECT'],
  ['REDIS_SENTINELS', 'REDIS_SENTINEL_NAME'],
];

type IsGiven = (name: string) => boolean;

/** Rules that involve more than one variable. */
export function crossChecks(settings: Settings, isGiven: IsGiven): string[] {
  return [
    ...turnProblems(settings, isGiven),
    ...SETS.flatMap((names) => halfSet(names, isGiven)),
    ...emailProblems(settings, isGiven),
    ...redisProblems(isGiven),
    ...demoProblems(settings, isGiven),
    ...vapidProblems(settings),
    ...(settings.process.nodeEnv === 'production' ? productionProblems(settings, isGiven) : []),
  ];
}

function halfSet(names: readonly string[], isGiven: IsGiven): string[] {
  const given = names.filter(isGiven);
  if (given.length === 0) return [];
  const missing = names.filter((name) => !isGiven(name));
  return missing.map((name) => `${name} is missing; it is required because ${given.join(' and ')} is set.`);
}

/** Outside production, EMAIL_FROM is optional: a default sender suffices for a mail catcher on this machine. */
function emailProblems({ process: { nodeEnv } }: Settings, isGiven: IsGiven): string[] {
  const isOptional = nodeEnv !== 'production' && !isGiven('EMAIL_FROM');
  return isOptional ? [] : halfSet(['SMTP_URL', 'EMAIL_FROM'], isGiven);
}

/** `stun:` URLs need no credentials. */
function turnProblems({ orders: { turnUrl } }: Settings, isGiven: IsGiven): string[] {
  const wantsSecret = Array.isArray(turnUrl) && turnUrl.some((url) => String(url).startsWith('turn'));
  if (wantsSecret && !isGiven('TURN_SECRET'))
    return ['TURN_SECRET is missing; TURN_URL requires the static-auth-secret of coturn.'];
  return isGiven('TURN_SECRET') && !isGiven('TURN_URL')
    ? ['TURN_URL is missing; it is required because TURN_SECRET is set.']
    : [];
}

function redisProblems(isGiven: IsGiven): string[] {
  if (!isGiven('REDIS_CLUSTER_NODES') || !isGiven('REDIS_SENTINELS')) return [];
  return ['REDIS_CLUSTER_NODES and REDIS_SENTINELS are both set; set only one of them.'];
}

/** The password of the demo accounts is published, so the demo data must not be reachable from other machines. */
function demoProblems({ process: { nodeEnv, demoData, host } }: Settings, isGiven: IsGiven): string[] {
  const isLoaded = isGiven('DEMO_DATA') ? demoData : nodeEnv === 'development';
  if (nodeEnv === 'production' || !isLoaded || !isHost(host) || isLoopback(host)) return [];
  return [
    `HOST is ${JSON.stringify(host)}, so other machines could use the demo accounts, whose password is published; set DEMO_DATA=false (also in a container), or HOST=127.0.0.1.`,
  ];
}

function vapidProblems({ providers: { vapidPublicKey: given, vapidPrivateKey } }: Settings): string[] {
  const belongs = typeof vapidPrivateKey === 'string' ? vapidPublicKey(vapidPrivateKey) : null;
  if (belongs === null || given === undefined || given.replace('=', '') === belongs) return [];
  return ['VAPID_PUBLIC_KEY does not belong to VAPID_PRIVATE_KEY; both must be from the same pair.'];
}

function productionProblems(settings: Settings, isGiven: IsGiven): string[] {
  const problems = productionDangers(settings);
  if (!isGiven('DATABASE_URL'))
    problems.push('DATABASE_URL is missing; production requires postgres://user:password@host:port/database.');
  if (!isGiven('ALLOWED_HOSTS'))
    problems.push('ALLOWED_HOSTS is missing; production requires the hosts whose pages may open sockets.');
  if (isGiven('TWILIO_ACCOUNT_SID') && !isGiven('SMS_PREFIXES')) {
    problems.push(
      'SMS_PREFIXES is missing; production requires the prefixes that SMS may go to, such as +49,+43, or *.',
    );
  }
  if (!isGiven('JWT_SECRET') && !isGiven('JWT_JWKS_URL')) {
    problems.push(`JWT_SECRET is missing; production requires at least ${MIN_SECRET_BYTES} bytes, or JWT_JWKS_URL.`);
  }
  const bytes = isGiven('JWT_SECRET') ? Buffer.byteLength(settings.auth.jwtSecret ?? '') : MIN_SECRET_BYTES;
  if (bytes < MIN_SECRET_BYTES) {
    problems.push(`JWT_SECRET has ${bytes} bytes; production requires at least ${MIN_SECRET_BYTES}.`);
  }
  return problems;
}
