import { rootCertificates } from 'node:tls';
import { Cluster, Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import type { HostAndPort, RedisAddress } from './redis-address.js';

/** Milliseconds to wait for an answer of Redis before its connection is closed. */
export const ANSWER_DEADLINE_MS = 2000;

const LONGEST_RETRY_MS = 1000;
const DISCONNECT_MS = 100;
const SLOTS_REFRESH_MS = 5000;

export type RedisClient = Redis | Cluster;

/**
 * Creates clients for the address, not yet connected. A command fails at once while its client is disconnected: a queue of
 * commands would have no bound, and its messages would be outdated when Redis is back.
 */
export class RedisClients {
  readonly isCluster: boolean;
  private readonly base: RedisOptions;

  constructor(private readonly address: RedisAddress) {
    this.isCluster = Boolean(address.clusterNodes?.length);
    this.base = { ...connectionRules(ANSWER_DEADLINE_MS), ...serverOptions(address) };
  }

  /** A client for short commands. */
  commands(overrides: RedisOptions = {}): RedisClient {
    return this.isCluster ? this.cluster(ANSWER_DEADLINE_MS, overrides) : this.single(overrides);
  }

  /** A client for commands that wait on the server for at most `blockSeconds`. Meanwhile it cannot run other commands. */
  blocking(blockSeconds: number): RedisClient {
    const deadline = blockSeconds * 1000 + ANSWER_DEADLINE_MS;
    return this.isCluster ? this.cluster(deadline) : this.single({ socketTimeout: deadline });
  }

  /** A client for subscriptions. In a cluster, each node has its own. */
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
      // The check would ask a node that may still be connecting, and conclude that the cluster is down.
      enableReadyCheck: false,
      clusterRetryStrategy: retryDelay,
      // With retryDelayOnFailover (100 ms), a command waits half a second for a slot that is moving, then fails.
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
    // Callers resubscribe, because they know the current subscriptions and the calls that wait for them.
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    retryStrategy: retryDelay,
    connectTimeout: ANSWER_DEADLINE_MS,
    // After a disconnect, this timer keeps the process alive even if the socket has already closed.
    disconnectTimeout: DISCONNECT_MS,
    socketTimeout: answerDeadlineMs,
    // After a failover the old master still answers, but rejects writes.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

/** Milliseconds before the next attempt: doubling, with jitter so that nodes do not reconnect at the same time. */
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

/** User, password, database number and TLS: the same on every node of a cluster. */
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

/** The address is not part of errors, because it may contain a password. */
function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url?.hostname || !/^rediss?:$/.test(url.protocol)) {
    throw new Error('The Redis address must be a redis:// or rediss:// URL with a host');
  }
  return url;
}
