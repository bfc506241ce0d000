import { isIP } from 'node:net';

/** Whether the value is a URL with a host and one of these schemes. `isBase`: whether paths must be appendable to the URL. */
export function isUrlWith(schemes: readonly string[], value: unknown, isBase = false): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, host, username, search, hash } = new URL(value);
  if (isBase && `${username}${search}${hash}` !== '') return false;
  return host !== '' && schemes.some((scheme) => protocol === `${scheme}:`);
}

/** Whether user, password and path can be percent-decoded. A `#` in a password would end the address. */
export function isDecodable({ username, password, pathname, hash }: URL): boolean {
  try {
    [username, password, pathname].forEach(decodeURIComponent);
    return hash === '';
  } catch {
    return false;
  }
}

/** Whether the value is a `redis://` or `rediss://` URL. The path is the number of the database. */
export function isRedisUrl(value: unknown): boolean {
  if (!isUrlWith(['redis', 'rediss'], value)) return false;
  const url = new URL(String(value));
  return isDecodable(url) && /^\/?\d*$/.test(url.pathname);
}

/** Whether the value is an IP address without brackets, or a host name. */
export function isHost(value: unknown): value is string {
  return typeof value === 'string' && (isIP(value) !== 0 || /^[\p{L}\p{N}\p{M}_.-]+$/u.test(value));
}
