import { createHmac } from 'node:crypto';
import type { Settings } from '../config/settings.js';
import type { IceServerDto } from './realtime-info.dto.js';

type CallSettings = Pick<Settings, 'turnUrl' | 'turnSecret' | 'turnTtl'>;

/**
 * `iceServers` for a user's calls. For TURN with the credentials that coturn knows as its REST API (`use-auth-secret`): the name is
 * when it ends in Unix seconds and for whom, the password its HMAC-SHA1 by the shared secret. `now` in milliseconds.
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
