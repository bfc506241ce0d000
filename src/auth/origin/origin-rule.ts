import { matchesHost, parseHostPattern } from '../../config/values/host-pattern.js';
import type { HostPattern } from '../../config/values/host-pattern.js';

/**
 * Which `Origin` headers are allowed, by the rules of Django's ALLOWED_HOSTS and Channels' OriginValidator: an exact host,
 * `.example.com` for a domain and its subdomains, `*` for all. Scheme and port are compared if the entry has them.
 */
export class OriginRule {
  private readonly allowed: readonly HostPattern[];

  constructor(allowedHosts: readonly string[]) {
    this.allowed = allowedHosts.map(parseHostPattern).filter((host) => host !== null);
  }

  allows(origin: string): boolean {
    if (this.allowed.some(({ protocol, host, port }) => host === '*' && protocol === null && port === null))
      return true;
    return this.matches(origin, this.allowed);
  }

  /** Whether an entry other than a wildcard (`*`, `https://*`) allows the origin. */
  names(origin: string): boolean {
    return this.matches(
      origin,
      this.allowed.filter((entry) => entry.host !== '*'),
    );
  }

  private matches(origin: string, entries: readonly HostPattern[]): boolean {
    const url = parseOrigin(origin);
    return url !== null && entries.some((entry) => matchesHost(entry, url));
  }
}

/** A scheme and a host, nothing else: `URL` takes a backslash for the end of the host, and drops tabs. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/\\?#@]+$/i;

function parseOrigin(origin: string): URL | null {
  if (!ORIGIN.test(origin)) return null;
  try {
    return new URL(origin);
  } catch {
    return null; // `null` and other opaque origins
  }
}
