import { createHash } from 'node:crypto';
import { Cluster } from 'ioredis';
import type { Redis } from 'ioredis';
import type { CoreWire } from './core-wire.js';
import type { RedisLink } from '../redis/redis-link.js';

/**
 * For each key, removes expired messages, then adds the payload unless the key is full. Returns the number of full keys.
 * KEYS: channel keys. ARGV: score, expiry in seconds, newest expired score, capacity, then a payload for each key.
 */
const ADD_MESSAGES = `
local full = 0
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, 0, ARGV[3])
  if redis.call('ZCARD', key) < tonumber(ARGV[4]) then
    redis.call('ZADD', key, ARGV[1], ARGV[i + 4])
    redis.call('EXPIRE', key, ARGV[2])
  else
    full = full + 1
  end
end
return full`;
const ADD_MESSAGES_SHA = createHash('sha1').update(ADD_MESSAGES).digest('hex');

const KEYS_PER_SCAN = 1000;

export interface CoreStoreOptions {
  readonly prefix: string;
  readonly capacity: number;
  readonly expirySeconds: number;
  readonly groupExpirySeconds: number;
}

/** The Redis operations of the core wire. All throw ChannelLayerUnavailable. */
export class CoreStore {
  constructor(
    private readonly link: RedisLink,
    private readonly wire: CoreWire,
    private readonly options: CoreStoreOptions,
  ) {}

  /** The channels in the group whose membership has not expired. */
  async members(group: string): Promise<readonly string[]> {
    const oldest = `(${this.wire.secondsAgo(this.options.groupExpirySeconds)}`;
    return (await this.link.call('ZRANGEBYSCORE', this.wire.groupKey(group), oldest, '+inf')) as string[];
  }

  /** Adds channels to groups, or renews their memberships. */
  async join(memberships: Iterable<readonly [group: string, channel: string]>): Promise<void> {
    const { groupExpirySeconds } = this.options;
    const commands: (string | number)[][] = [];
    for (const [group, channel] of memberships) {
      const key = this.wire.groupKey(group);
      commands.push(['ZREMRANGEBYSCORE', key, 0, this.wire.secondsAgo(groupExpirySeconds)]);
      commands.push(['ZADD', key, this.wire.score(), channel], ['EXPIRE', key, groupExpirySeconds]);
    }
    await this.link.batch(commands);
  }

  async leave(memberships: Iterable<readonly [group: string, channel: string]>): Promise<void> {
    await this.link.batch([...memberships].map(([group, channel]) => ['ZREM', this.wire.groupKey(group), channel]));
  }

  /** Adds a payload to each key and returns the number of full keys. In a cluster, each key needs its own script call. */
  async add(payloads: ReadonlyMap<string, Buffer>): Promise<number> {
    if (payloads.size === 0) return 0;
    const score = this.wire.score();
    if (!(this.link.client instanceof Cluster)) return this.addTo([...payloads.keys()], [...payloads.values()], score);
    const full = await Promise.all([...payloads].map(([key, payload]) => this.addTo([key], [payload], score)));
    return full.reduce((sum, one) => sum + one, 0);
  }

  /** Puts back a message that was popped for a receiver that no longer waits. */
  async putBack(key: string, score: string, payload: Buffer): Promise<void> {
    await this.link.batch([
      ['ZADD', key, score, payload],
      ['EXPIRE', key, this.options.expirySeconds],
    ]);
  }

  async delete(keys: readonly string[]): Promise<void> {
    await this.link.batch(keys.map((key) => ['DEL', key]));
  }

  /** Deletes every key with the prefix. */
  async flush(): Promise<void> {
    const { client } = this.link;
    const nodes = client instanceof Cluster ? client.nodes('master') : [client];
    await Promise.all(nodes.map((node) => this.flushNode(node)));
  }

  private async flushNode(node: Redis): Promise<void> {
    const pattern = `${this.options.prefix.replace(/[\\[\]*?^]/g, '\\$&')}*`;
    let cursor = '0';
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', KEYS_PER_SCAN);
      await Promise.all(keys.map((key) => node.unlink(key)));
      cursor = next;
    } while (cursor !== '0');
  }

  private async addTo(keys: readonly string[], payloads: readonly Buffer[], score: string): Promise<number> {
    const { expirySeconds, capacity } = this.options;
    const newestExpired = this.wire.secondsAgo(expirySeconds);
    const words = [keys.length, ...keys, score, expirySeconds, newestExpired, capacity, ...payloads];
    try {
      return Number(await this.link.call('EVALSHA', ADD_MESSAGES_SHA, ...words));
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return Number(await this.link.call('EVAL', ADD_MESSAGES, ...words));
    }
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.includes('NOSCRIPT');
}
