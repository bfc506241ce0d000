import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Wire } from './django-project.js';

/** Sends any bytes in place of a message to the group. On `core`: to every member of the group. */
export async function sendBytes(
  redis: Redis,
  { wire, prefix, group }: { readonly wire: Wire; readonly prefix: string; readonly group: string },
  bytes: Buffer,
): Promise<void> {
  if (wire === 'pubsub') {
    await redis.publish(`${prefix}__group__${group}`, bytes);
    return;
  }
  const members = await redis.zrange(`${prefix}:group:${group}`, 0, '-1');
  for (const member of members) {
    const key = prefix + member.slice(0, member.indexOf('!') + 1);
    await redis.call('ZADD', key, String(Date.now() / 1000), Buffer.concat([randomBytes(12), bytes]));
  }
}
