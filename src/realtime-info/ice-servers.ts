import { createHmac } from 'node:crypto';
import type { OrderSettings } from '../config/sections/order-settings.js';
import type { IceServerDto } from './realtime-info.dto.js';

type CallSettings = Pick<OrderSettings, 'turnUrl' | 'turnSecret' | 'turnTtl'>;

/**
 * Returns `iceServers` for a user's calls. TURN credentials follow coturn's REST API (`use-auth-secret`): the user name is the
 * expiry in Unix seconds and the user id, the password is the HMAC-SHA1 of the user name with the shared secret. `now` is in
 * milliseconds.
 */
export function iceServers(
  { turnUrl, turnSecret, turnTtl }: CallSettings,
  userId: string,
  now: number,
): IceServerDto[] {
  const stun = turnUrl.filter((url) => url.startsWith('stun'));
  const turn = turnUrl.filter((url) => url.startsWith('turn'));
  const servers: IceServerDto[] = stun.length > 0 ? [{ urls: stun }] : [];
  if (turn.length > 0 && turnSecret !== undefined) {
    const username = `${Math.floor(now / 1_000 + turnTtl)}:${userId}`;
    const credential = createHmac('sha1', turnSecret).update(username).digest('base64');
    servers.push({ urls: turn, username, credential });
  }
  return servers;
}
