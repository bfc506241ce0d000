import { Settings } from './settings.js';
import { variablesOf } from './values/variable.js';
import type { Variable } from './values/variable.js';

/** A section of docs/settings.md and of .env.example. */
export interface SettingSection {
  readonly title: string;
  /** A note on all variables of the section. Markdown. */
  readonly note?: string;
  readonly variables: readonly Variable[];
}

/** The order in which the settings are documented. */
const SECTIONS: readonly { title: string; note?: string; names: string }[] = [
  {
    title: 'Process',
    names:
      'NODE_ENV HOST PORT PUBLIC_URL REALTIME_URL HSTS_INCLUDE_SUBDOMAINS TRUST_PROXY ROLES DEMO_DATA METRICS_TOKEN',
  },
  { title: 'Database', names: 'DATABASE_URL DATABASE_POOL DATABASE_JOB_POOL HISTORY_DAYS' },
  {
    title: 'Redis and the channel layer',
    note: 'Set `REDIS_URL`, `REDIS_CLUSTER_NODES`, or the two variables of the sentinels. Several processes require Redis.',
    names:
      'REDIS_URL REDIS_CLUSTER_NODES REDIS_SENTINELS REDIS_SENTINEL_NAME CHANNEL_WIRE CHANNEL_PREFIX CHANNEL_CAPACITY ' +
      'CHANNEL_EXPIRY CHANNEL_ENCRYPTION_KEYS',
  },
  {
    title: 'Authentication and origins',
    names:
      'ALLOWED_HOSTS JWT_SECRET JWT_JWKS_URL JWT_ISSUER JWT_AUDIENCE JWT_USER_ID_CLAIM JWT_PROVISION_USERS JWT_ROLE_CLAIM ' +
      'ANONYMOUS_BROADCASTS',
  },
  {
    title: 'Request limits',
    note:
      'A request over a limit is answered with 429 and `Retry-After`. IPv6 addresses are counted by /64. With Redis, the limits ' +
      'apply to all nodes together. Fixed limits are in [Limits](limits.md).',
    names:
      'REQUEST_RATE ADMIN_REQUEST_RATE ADDRESS_REQUEST_RATE LOGIN_RATE LOGIN_ADDRESS_RATE REGISTER_RATE REFRESH_RATE ' +
      'HANDSHAKE_TIMEOUT REQUEST_TIMEOUT KEEP_ALIVE_TIMEOUT',
  },
  {
    title: 'Sockets',
    names:
      'MAX_MESSAGE_BYTES MESSAGE_RATE MESSAGE_BURST MAX_SOCKETS_PER_USER MAX_SOCKETS_PER_ADDRESS MAX_SOCKETS ' +
      'MAX_ANONYMOUS_SOCKETS_PER_ADDRESS MAX_ANONYMOUS_SOCKETS COMPRESSION MAX_OUTBOUND_BYTES STUCK_TIMEOUT PING_INTERVAL ' +
      'PONG_TIMEOUT PRESENCE_INTERVAL DRAIN_TIMEOUT',
  },
  { title: 'Background jobs', names: 'JOB_RETRIES JOB_RETRY_DELAY' },
  {
    title: 'Orders and calls',
    names: 'CURRENCY LOCATION_RATE LOCATION_MAX_SPEED NEARBY_RADIUS ARRIVED_RADIUS TURN_URL TURN_SECRET TURN_TTL',
  },
  {
    title: 'Notifications',
    names:
      'NOTIFICATION_TYPES_FILE NOTIFICATION_TYPES_STRICT DEFAULT_LANGUAGE DEFAULT_TIME_ZONE CONFIRM_ADDRESSES SEND_LIMITS ' +
      'TYPE_SEND_LIMITS',
  },
  {
    title: 'E-mail, SMS and push',
    note: 'A channel without its settings is off: its deliveries are `skipped`, and `realtime/info/` and the preferences of users say so.',
    names:
      'SMTP_URL EMAIL_FROM TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_FROM SMS_PREFIXES TWILIO_BASE_URL FCM_SERVICE_ACCOUNT ' +
      'FCM_BASE_URL VAPID_PUBLIC_KEY VAPID_PRIVATE_KEY VAPID_SUBJECT WEB_PUSH_HOSTS',
  },
];

/** All variables by section. Throws for a variable without a section and for a name without a variable. */
export function settingSections(): SettingSection[] {
  const byName = new Map(variablesOf(Settings).map((variable) => [variable.name, variable]));
  const sections = SECTIONS.map(({ names, ...section }) => ({
    ...section,
    variables: names.split(' ').map((name) => {
      const variable = byName.get(name);
      if (!variable) throw new Error(`setting-sections.ts names ${name}, which is not a setting or is named twice`);
      byName.delete(name);
      return variable;
    }),
  }));
  if (byName.size > 0) throw new Error(`setting-sections.ts lacks ${[...byName.keys()].join(', ')}`);
  return sections;
}
