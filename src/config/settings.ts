import { databaseLocation } from './database-location.js';
import { OrderSettings } from './order-settings.js';
import { Amount, Choice, Choices, Flag, HostPorts, Integer, List, Ruled, Text, UrlWith } from './variable.js';
import type { HostPort } from './parse.js';

export const PROCESS_ROLES = ['api', 'realtime', 'worker'] as const;
/** A part of the service that a process may run: REST, WebSockets, background jobs. */
export type ProcessRole = (typeof PROCESS_ROLES)[number];

/** Every environment variable the service knows, read and validated once, at start. Also the injection token. */
export class Settings extends OrderSettings {
  @Choice(['development', 'production', 'test'], { default: 'development' })
  readonly nodeEnv!: 'development' | 'production' | 'test';

  @Text({ default: '127.0.0.1', pattern: /^[^\s/]+$/, wants: 'an address or host name to listen on' })
  readonly host!: string;

  /** 0: a free one. */
  @Integer({ default: '8000', min: 0, max: 65_535 })
  readonly port!: number;

  /** How clients reach us, without a trailing slash; absent: taken from each request. */
  @UrlWith(['http', 'https'])
  readonly publicUrl?: string;

  /** Where the sockets are when other processes hold them, without a trailing slash; absent: `publicUrl`. */
  @UrlWith(['http', 'https', 'ws', 'wss'])
  readonly realtimeUrl?: string;

  /** Strict-Transport-Security covers the subdomains of PUBLIC_URL too. */
  @Flag({ default: 'false' })
  readonly hstsIncludeSubdomains!: boolean;

  /** Honour X-Forwarded-*. */
  @Flag({ default: 'false' })
  readonly trustProxy!: boolean;

  @Choices(PROCESS_ROLES, { default: 'api,realtime,worker' })
  readonly roles!: readonly ProcessRole[];

  @Ruled((text) => text, (value) => typeof value === 'string' && databaseLocation(value) !== null, {
    default: 'pglite://./data',
    wants: 'postgres://user:password@host:port/database, pglite://folder or pglite://memory',
    secret: true,
  })
  readonly databaseUrl!: string;

  /** Absent (and no cluster, no sentinels): the in-memory channel layer. */
  @UrlWith(['redis', 'rediss'], { secret: true })
  readonly redisUrl?: string;

  @HostPorts()
  readonly redisClusterNodes?: readonly HostPort[];

  @HostPorts()
  readonly redisSentinels?: readonly HostPort[];

  /** The name under which the sentinels know the master. */
  @Text()
  readonly redisSentinelName?: string;

  /** The channels_redis format spoken on Redis. */
  @Choice(['pubsub', 'core'], { default: 'pubsub' })
  readonly channelWire!: 'pubsub' | 'core';

  @Text({ default: 'asgi', pattern: /^[\w.:-]{1,64}$/, wants: '1 to 64 letters, digits or any of _ . : -' })
  readonly channelPrefix!: string;

  /** Messages a channel may hold. */
  @Integer({ default: '1500', min: 1 })
  readonly channelCapacity!: number;

  /** Seconds a message waits in a channel before it is dropped. */
  @Integer({ default: '60', min: 1, max: 86_400 })
  readonly channelExpiry!: number;

  /** The first encrypts, all decrypt; empty: plain messages. */
  @List({ default: '', secret: true, of: 'keys' })
  readonly channelEncryptionKeys!: readonly string[];

  /** Whose pages may use sockets, event streams and REST, by Django's rules: exact host, `.example.com`, `*`; scheme and port optional. */
  @List({
    default: 'localhost,127.0.0.1,[::1]',
    pattern: /^(\*|([a-z][a-z\d+.-]*:\/\/)?(\[[\da-f:.]+\]|\*|\.?[^\s/:@*[\]]+)(:\d{1,5})?)$/i,
    of: 'hosts such as example.com, .example.com, https://example.com:8443 or *',
  })
  readonly allowedHosts!: readonly string[];

  /**
   * HS256 key of our tokens. In development made once and kept in the data folder; absent only in production with
   * JWT_JWKS_URL, where the nodes share one kept in the database.
   */
  @Text({ secret: true })
  readonly jwtSecret?: string;

  /** Public keys (RS256, ES256, EdDSA) of an outside issuer. */
  @UrlWith(['http', 'https'])
  readonly jwtJwksUrl?: string;

  /** `iss` that outside tokens must carry; absent: not looked at. */
  @Text()
  readonly jwtIssuer?: string;

  /** `aud` that outside tokens must carry; absent: not looked at. */
  @Text()
  readonly jwtAudience?: string;

  /** Claims that may hold the user id, the first one present counts. */
  @List({ default: 'sub,user_id', of: 'claim names' })
  readonly jwtUserIdClaim!: readonly string[];

  /** Create users first seen in a valid outside token. */
  @Flag({ default: 'false' })
  readonly jwtProvisionUsers!: boolean;

  /** Claim holding customer, partner or admin. */
  @Text({ default: 'role' })
  readonly jwtRoleClaim!: string;

  /** Let sockets without a token hear broadcasts. */
  @Flag({ default: 'false' })
  readonly anonymousBroadcasts!: boolean;

  /** Bearer token of /metrics. Absent: in production loopback only, else anyone. */
  @Text({ secret: true })
  readonly metricsToken?: string;

  /** What browsers are told to use for calls: coturn's URLs. Empty: calls work between networks that reach each other. */
  @List({
    default: '',
    pattern: /^(stuns?|turns?):[^\s/@]+$/,
    of: 'URLs such as turn:turn.example.com:3478?transport=udp, turns:turn.example.com:5349 or stun:turn.example.com',
  })
  readonly turnUrl!: readonly string[];

  /** `static-auth-secret` of coturn; signs the credentials. */
  @Text({ secret: true })
  readonly turnSecret?: string;

  /** Seconds the credentials are good for; longer than the longest call. */
  @Amount({ default: '43200', unit: 'seconds' })
  readonly turnTtl!: number;

  @Text({ default: 'USD', pattern: /^[A-Z]{3}$/, wants: 'three capital letters (ISO 4217)' })
  readonly currency!: string;

  /** Demo accounts and orders; true in development unless said otherwise, never in production. */
  @Flag()
  readonly demoData!: boolean;
}
