import { DatabaseSettings } from './database-settings.js';
import { Amount, Choice, Choices, Flag, HostPorts, Integer, List, Ruled, Text, UrlWith } from './values/variable.js';
import type { HostPort } from './values/parse.js';
import { isHost, isRedisUrl } from './values/urls.js';

export const PROCESS_ROLES = ['api', 'realtime', 'worker'] as const;
/** A part of the service that a process may run: REST, WebSockets, background jobs. */
export type ProcessRole = (typeof PROCESS_ROLES)[number];

/** All environment variables of the service, read and validated once at start. The class is also the injection token. */
export class Settings extends DatabaseSettings {
  @Choice(['development', 'production', 'test'], {
    description:
      'In `production` the service starts only with `JWT_SECRET` (or `JWT_JWKS_URL`), `ALLOWED_HOSTS` and `DATABASE_URL`, and loads no ' +
      'demo data.',
    default: 'development',
  })
  readonly nodeEnv!: 'development' | 'production' | 'test';

  @Ruled((text) => text, isHost, {
    description:
      'The address to listen on: `0.0.0.0` in containers, together with `DEMO_DATA=false` outside production.',
    default: '127.0.0.1',
    mustBe: 'an IP address or a host name to listen on, without a port',
  })
  readonly host!: string;

  @Integer({
    description: 'The port to listen on.',
    zero: 'a free port, named in the line `listening on http://HOST:PORT`',
    default: '8000',
    min: 0,
    max: 65_535,
  })
  readonly port!: number;

  @UrlWith(['http', 'https'], {
    isBase: true,
    description:
      'The URL under which clients reach the service, for example `https://tidings.example.com`. It decides whether answers name ' +
      '`ws://` or `wss://`.',
    absent: 'taken from each request',
  })
  readonly publicUrl?: string;

  @UrlWith(['http', 'https', 'ws', 'wss'], {
    isBase: true,
    description: 'The URL of the WebSockets if other processes serve them (see `ROLES`).',
    absent: '`PUBLIC_URL`',
  })
  readonly realtimeUrl?: string;

  @Flag({
    description:
      '`true`: the `Strict-Transport-Security` header also covers the subdomains of the host in `PUBLIC_URL`. The header is sent if ' +
      '`PUBLIC_URL` is https with a public host name.',
    default: 'false',
  })
  readonly hstsIncludeSubdomains!: boolean;

  @Flag({
    description:
      '`true`: take the address, host and scheme of the client from `X-Forwarded-For`, `-Host` and `-Proto`. Use it behind a proxy, and ' +
      'only there: without one, any client can send these headers.',
    default: 'false',
  })
  readonly trustProxy!: boolean;

  @Choices(PROCESS_ROLES, {
    description:
      'The parts of the service that this process runs: REST (`api`), WebSockets (`realtime`), background jobs (`worker`).',
    default: 'api,realtime,worker',
  })
  readonly roles!: readonly ProcessRole[];

  @Ruled((text) => text, isRedisUrl, {
    description: 'The Redis server: `redis://user:password@host:6379/0`, or `rediss://` for TLS.',
    absent: 'without a cluster and without sentinels: the in-memory channel layer, for one process only',
    mustBe: 'redis://user:password@host:port/number, or rediss:// for TLS, with user and password percent-encoded',
    secret: true,
  })
  readonly redisUrl?: string;

  @HostPorts({ description: 'The nodes of a Redis Cluster: `host:port,host:port`.', absent: 'no cluster' })
  readonly redisClusterNodes?: readonly HostPort[];

  @HostPorts({
    description: 'The Redis sentinels: `host:port,host:port`. Set them together with `REDIS_SENTINEL_NAME`.',
    absent: 'no sentinels',
  })
  readonly redisSentinels?: readonly HostPort[];

  @Text({ description: 'The name under which the sentinels know the master.', absent: 'no sentinels' })
  readonly redisSentinelName?: string;

  @Choice(['pubsub', 'core'], {
    description:
      'The format of messages on Redis, as in channels_redis: `pubsub` (`RedisPubSubChannelLayer`) or `core` (`RedisChannelLayer`).',
    default: 'pubsub',
  })
  readonly channelWire!: 'pubsub' | 'core';

  @Text({
    description: 'The prefix of keys and channels on Redis: the `prefix` of the channel layer on the Django side.',
    default: 'asgi',
    pattern: /^[\w.:-]{1,64}$/,
    mustBe: '1 to 64 letters, digits or any of _ . : -',
  })
  readonly channelPrefix!: string;

  @Integer({
    description: 'How many messages a channel of the channel layer may hold.',
    unit: 'messages',
    default: '1500',
    min: 1,
  })
  readonly channelCapacity!: number;

  @Integer({
    description: 'How long a message may wait in a channel before it is dropped.',
    unit: 'seconds',
    default: '60',
    min: 1,
    max: 86_400,
  })
  readonly channelExpiry!: number;

  @List({
    description:
      'Comma-separated keys for messages on Redis: the first encrypts, all decrypt (`symmetric_encryption_keys` of channels_redis).',
    absent: 'messages are not encrypted',
    default: '',
    secret: true,
    of: 'keys',
  })
  readonly channelEncryptionKeys!: readonly string[];

  @List({
    description:
      "The hosts whose pages may use sockets, event streams and REST, with Django's rules: an exact host, `.example.com` (the domain " +
      'and its subdomains), or `*` (all hosts, without cookies). Scheme and port are optional.',
    default: 'localhost,127.0.0.1,[::1]',
    pattern: /^(\*|([a-z][a-z\d+.-]*:\/\/)?(\[[\da-f:.]+\]|\*|\.?[\p{L}\p{N}\p{M}_.-]+)(:\d{1,5})?)$/iu,
    of: 'hosts such as example.com, .example.com, https://example.com:8443 or *',
  })
  readonly allowedHosts!: readonly string[];

  @Text({
    description:
      'The HS256 key that signs our tokens, in production at least 32 bytes. With the `SECRET_KEY` of a Django project, the tokens of ' +
      'its simplejwt are valid here too.',
    absent:
      'outside production a key is created and kept in the data folder; in production with `JWT_JWKS_URL` the nodes share a key in the ' +
      'database',
    secret: true,
  })
  readonly jwtSecret?: string;

  @UrlWith(['http', 'https'], {
    description: 'The URL of the public keys (JWKS) of another token issuer: RS256, ES256, EdDSA.',
    absent: 'only our own tokens are valid',
  })
  readonly jwtJwksUrl?: string;

  @Text({ description: 'The `iss` that tokens of the other issuer must have.', absent: '`iss` is not checked' })
  readonly jwtIssuer?: string;

  @Text({ description: 'The `aud` that tokens of the other issuer must have.', absent: '`aud` is not checked' })
  readonly jwtAudience?: string;

  @List({
    description: 'The claims that may hold the user id. The first one that the token has is used.',
    default: 'sub,user_id',
    of: 'claim names',
  })
  readonly jwtUserIdClaim!: readonly string[];

  @Flag({
    description:
      '`true`: create a user from the claims of a valid token of the other issuer when the user is first seen; the role follows the ' +
      'newest token.',
    default: 'false',
  })
  readonly jwtProvisionUsers!: boolean;

  @Text({ description: 'The claim that holds the role: `customer`, `partner` or `admin`.', default: 'role' })
  readonly jwtRoleClaim!: string;

  @Flag({
    description: '`true`: sockets on `/ws/notifications/` without a token are accepted; they receive broadcasts only.',
    default: 'false',
  })
  readonly anonymousBroadcasts!: boolean;

  @Text({
    description: 'The bearer token of `/metrics`.',
    absent: 'in production only requests from loopback are answered; otherwise all are',
    secret: true,
  })
  readonly metricsToken?: string;

  @List({
    description:
      'The TURN server (coturn) for calls between customer and partner: comma-separated URLs such as ' +
      '`turn:turn.example.com:3478?transport=udp`.',
    absent: 'calls work only between networks that reach each other directly',
    default: '',
    pattern: /^(stuns?|turns?):[^\s/@]+$/,
    of: 'URLs such as turn:turn.example.com:3478?transport=udp, turns:turn.example.com:5349 or stun:turn.example.com',
  })
  readonly turnUrl!: readonly string[];

  @Text({
    description: 'The `static-auth-secret` of coturn. Required if `TURN_URL` has a `turn:` or `turns:` URL.',
    absent: 'no credentials',
    secret: true,
  })
  readonly turnSecret?: string;

  @Amount({
    description: 'How long TURN credentials are valid. Choose more than the longest call.',
    unit: 'seconds',
    default: '43200',
  })
  readonly turnTtl!: number;

  @Text({
    description: 'The currency of orders and earnings: an ISO 4217 code.',
    default: 'USD',
    pattern: /^[A-Z]{3}$/,
    mustBe: 'three capital letters (ISO 4217)',
  })
  readonly currency!: string;

  @Flag({
    description:
      '`true`: create demo accounts and a few orders. Because their password is published, `HOST` must be a loopback address, and ' +
      'production does not start on a database with demo accounts until `node dist/disable-demo-accounts.js` has disabled them.',
    absent: '`true` in development, `false` otherwise',
  })
  readonly demoData!: boolean;
}
