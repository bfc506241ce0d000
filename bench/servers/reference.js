import { createSecretKey } from 'node:crypto';
import { decode } from '@msgpack/msgpack';
import { Redis } from 'ioredis';
import jwt from 'jsonwebtoken';
import { clientMessage } from '../load/publishers.js';

/** The common parts of the reference servers: access, the groups of a path, group messages from Redis. */
// A regular exit, so that profiles are written.
process.on('SIGTERM', () => process.exit(0));

const PREFIX = `${process.env.CHANNEL_PREFIX}__group__`;

// A string would be parsed for every token, as a public key first, which takes half a millisecond.
const KEY = process.env.JWT_SECRET && createSecretKey(process.env.JWT_SECRET, 'utf8');

/** The groups that a socket joins; null if its token is invalid. `path` may be a query parameter. */
export function groupsFor(target) {
  const url = new URL(target, 'http://localhost');
  const userId = verify(url.searchParams.get('token'));
  return userId === null ? null : groupsOf(url.searchParams.get('path') ?? url.pathname, userId);
}

/** The user of a token, or null. */
export function verify(token) {
  try {
    return jwt.verify(token, KEY, { algorithms: ['HS256'] }).sub;
  } catch {
    return null;
  }
}

export function groupsOf(path, userId) {
  const order = /^\/ws\/orders\/([^/]+)\/?$/.exec(path)?.[1];
  return order ? [`order_${order}`] : [`user_${userId}`, `user_${userId}_notifications`, 'notifications'];
}

/**
 * A Map of Sets, and one subscriber connection to Redis. The first joins of an event-loop turn share one SUBSCRIBE.
 * `deliver(members, text)` receives each message as the JSON that clients see.
 */
export class RedisGroups {
  #groups = new Map();
  #redis = new Redis(process.env.REDIS_URL);
  #joining = null;

  constructor(deliver) {
    this.#redis.on('messageBuffer', (channel, payload) => {
      const members = this.#groups.get(channel.toString('latin1').slice(PREFIX.length));
      if (members) deliver(members, JSON.stringify(clientMessage(decode(payload))));
    });
  }

  /** Resolves when the member is subscribed to the groups. */
  async join(names, member) {
    const news = [];
    for (const name of names) {
      const members = this.#groups.get(name);
      if (members) members.add(member);
      else {
        this.#groups.set(name, new Set([member]));
        news.push(PREFIX + name);
      }
    }
    if (news.length > 0) await this.#subscribe(news);
  }

  leave(names, member) {
    for (const name of names) {
      const members = this.#groups.get(name);
      members?.delete(member);
      if (members?.size > 0 || !this.#groups.delete(name)) continue;
      void this.#redis.unsubscribe(PREFIX + name);
    }
  }

  #subscribe(channels) {
    this.#joining ??= { channels: [], done: this.#subscribeAtEndOfTurn() };
    this.#joining.channels.push(...channels);
    return this.#joining.done;
  }

  async #subscribeAtEndOfTurn() {
    await new Promise((resolve) => setImmediate(resolve));
    const { channels } = this.#joining;
    this.#joining = null;
    await this.#redis.subscribe(...channels);
  }
}

export const ESTABLISHED = JSON.stringify({ type: 'connection_established' });

export function printAddress(server) {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
}
