interface AllowedHost {
  readonly scheme: string | null;
  readonly host: string;
  readonly port: string | null;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443' };
const PATTERN = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[^\]]+\]|\*|[^:/]+)(?::(\d+|\*))?\/?$/i;

/**
 * Which `Origin` headers are allowed, by the rules of Django's ALLOWED_HOSTS and Channels' OriginValidator: an exact host,
 * `.example.com` for a domain and its subdomains, `*` for all. Scheme and port are compared if the entry has them.
 */
export class OriginRule {
  private readonly allowed: readonly AllowedHost[];

  constructor(allowedHosts: readonly string[]) {
    this.allowed = allowedHosts.map(parseAllowedHost).filter((host) => host !== null);
  }

  allows(origin: string): boolean {
    if (this.allowed.some((entry) => entry.host === '*' && entry.scheme === null && entry.port === null)) return true;
    return this.matches(origin, this.allowed);
  }

  /** Whether an entry other than a wildcard (`*`, `https://*`) allows the origin. */
  names(origin: string): boolean {
    return this.matches(
      origin,
      this.allowed.filter((entry) => entry.host !== '*'),
    );
  }

  private matches(origin: string, entries: readonly AllowedHost[]): boolean {
    const url = parseOrigin(origin);
    return url !== null && entries.some((entry) => matches(entry, url));
  }
}

function parseAllowedHost(text: string): AllowedHost | null {
  const match = PATTERN.exec(text.trim());
  if (!match) return null;
  const [, scheme, host = '', port] = match;
  return {
    scheme: scheme ? `${scheme.toLowerCase()}:` : null,
    host: host.toLowerCase(),
    port: port && port !== '*' ? port : null,
  };
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

function matches(entry: AllowedHost, url: URL): boolean {
  if (entry.scheme !== null && entry.scheme !== url.protocol) return false;
  const port = url.port || DEFAULT_PORTS[url.protocol];
  const wanted = entry.port ?? (entry.scheme === null ? null : DEFAULT_PORTS[entry.scheme]);
  if (wanted !== null && wanted !== undefined && wanted !== port) return false;
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (entry.host === '*') return true;
  if (entry.host.startsWith('.')) return host === entry.host.slice(1) || host.endsWith(entry.host);
  return host === entry.host;
}
