import { rootCertificates } from 'node:tls';
import { Cluster, Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import type { HostAndPort, RedisAddress } from './redis-address.js';

/** Milliseconds an answer of Redis may take before its connection is given up as dead. */
export const ANSWER_DEADLINE_MS = 2000;

const LONGEST_RETRY_MS = 1000;
const DISCONNECT_MS = 100;
const SLOTS_REFRESH_MS = 5000;

export type RedisClient = Redis | Cluster;

/**
 * Makes the connections that the address describes, unconnected. A command given while its connection is away fails at once:
 * a queue of old messages would be worth nothing once Redis is back, and has no bound.
 */
export class RedisClients {
  readonly isCluster: boolean;
  private readonly base: RedisOptions;

  constructor(private readonly address: RedisAddress) {
    this.isCluster = Boolean(address.clusterNodes?.length);
    this.base = { ...connectionRules(ANSWER_DEADLINE_MS), ...serverOptions(address) };
  }

  /** For short commands. */
  commands(overrides: RedisOptions = {}): RedisClient {
    return this.isCluster ? this.cluster(ANSWER_DEADLINE_MS, overrides) : this.single(overrides);
  }

  /** For commands that wait on the server, for `blockSeconds` at most; it serves nothing else meanwhile. */
  blocking(blockSeconds: number): RedisClient {
    const deadline = blockSeconds * 1000 + ANSWER_DEADLINE_MS;
    return this.isCluster ? this.cluster(deadline) : this.single({ socketTimeout: deadline });
  }

  /** For subscriptions. In a cluster each node has its own. */
  subscriber(node?: HostAndPort): Redis {
    return this.single(node && { host: node.host, port: node.port });
  }

  private single(overrides: RedisOptions = {}): Redis {
    return new Redis({ ...this.base, ...overrides });
  }

  private cluster(answerDeadlineMs: number, overrides: RedisOptions = {}): Cluster {
    return new Cluster([...(this.address.clusterNodes ?? [])], {
      lazyConnect: true,
      enableOfflineQueue: false,
      // It would ask a node that may still be connecting, and take that for a cluster that is down.
      enableReadyCheck: false,
      clusterRetryStrategy: retryDelay,
      // With retryDelayOnFailover (100 ms): half a second for a slot that is moving, then the sender is told.
      maxRedirections: 5,
      slotsRefreshInterval: SLOTS_REFRESH_MS,
      redisOptions: { ...this.base, socketTimeout: answerDeadlineMs, ...overrides },
    });
  }
}

function connectionRules(answerDeadlineMs: number): RedisOptions {
  return {
    lazyConnect: true,
    protocol: 2,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // What to subscribe again is known better here, and who waits for it.
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    retryStrategy: retryDelay,
    connectTimeout: ANSWER_DEADLINE_MS,
    // A socket that was told to end keeps the process alive for as long, even when it has.
    disconnectTimeout: DISCONNECT_MS,
    socketTimeout: answerDeadlineMs,
    // After a failover the old master answers, but takes no writes.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

/** Milliseconds before the next attempt: doubling, with jitter so that a fleet does not return in step. */
function retryDelay(attempt: number): number {
  return Math.min(LONGEST_RETRY_MS, 25 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);
}

function serverOptions(address: RedisAddress): RedisOptions {
  const url = address.redisUrl === undefined ? null : parseAddress(address.redisUrl);
  const account = url ? accountOptions(url, address.tlsCa) : {};
  if (address.sentinels?.length) return { ...account, ...sentinelOptions(address, account) };
  if (address.clusterNodes?.length || !url) return account;
  return { ...account, host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? 6379 : Number(url.port) };
}

function sentinelOptions(address: RedisAddress, account: RedisOptions): RedisOptions {
  return {
    sentinels: [...(address.sentinels ?? [])],
    name: address.sentinelName ?? 'mymaster',
    role: 'master',
    failoverDetector: true,
    sentinelCommandTimeout: ANSWER_DEADLINE_MS,
    sentinelRetryStrategy: retryDelay,
    ...(account.tls && { enableTLSForSentinelMode: true, sentinelTLS: account.tls }),
  };
}

/** Who we are to Redis, and how privately we speak; the same on every node of a cluster. */
function accountOptions(url: URL, tlsCa: string | undefined): RedisOptions {
  const path = url.pathname.slice(1);
  const database = path === '' ? (url.searchParams.get('db') ?? '0') : path;
  if (!/^\d+$/.test(database)) throw new Error('The path of the Redis address must be a database number');
  return {
    db: Number(database),
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' && { tls: tlsCa === undefined ? {} : { ca: [...rootCertificates, tlsCa] } }),
  };
}

/** The address itself stays out of errors: it may hold a password. */
function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url?.hostname || !/^rediss?:$/.test(url.protocol)) {
    throw new Error('The Redis address must be a redis:// or rediss:// URL with a host');
  }
  return url;
}
