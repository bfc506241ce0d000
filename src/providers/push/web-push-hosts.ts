import { matchesHost, parseHostPattern } from '../../config/values/host-pattern.js';
import type { HostPattern } from '../../config/values/host-pattern.js';

/**
 * The permitted endpoints of Web Push subscriptions (WEB_PUSH_HOSTS): an exact host, or `.example.com` for a domain and its
 * subdomains. Scheme and port default to https and its default port.
 */
export class WebPushHosts {
  private readonly allowed: readonly HostPattern[];

  constructor(hosts: readonly string[]) {
    const patterns = hosts.map(parseHostPattern).filter((host) => host !== null);
    this.allowed = patterns.map((pattern) => ({ ...pattern, protocol: pattern.protocol ?? 'https:' }));
  }

  allows(endpoint: string): boolean {
    if (!URL.canParse(endpoint)) return false;
    const url = new URL(endpoint);
    // Browsers name push services without a trailing dot.
    if (url.username !== '' || url.password !== '' || url.hostname.endsWith('.')) return false;
    return this.allowed.some((pattern) => matchesHost(pattern, url));
  }
}
