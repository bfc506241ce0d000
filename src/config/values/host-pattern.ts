/** An entry of ALLOWED_HOSTS or WEB_PUSH_HOSTS, such as `https://.example.com:8443`. */
export interface HostPattern {
  /** With a colon, as in `URL.protocol`; null if the entry has none. */
  readonly protocol: string | null;
  /** In lower case: a host name, `.example.com` for a domain and its subdomains, or `*` for all hosts. */
  readonly host: string;
  /** Null if the entry has none or `*`. */
  readonly port: string | null;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443' };
const PATTERN = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[^\]]+\]|\*|[^:/]+)(?::(\d+|\*))?\/?$/i;

/** Parses an entry; null if it is malformed. */
export function parseHostPattern(text: string): HostPattern | null {
  const match = PATTERN.exec(text.trim());
  if (!match) return null;
  const [, scheme, host = '', port] = match;
  return {
    protocol: scheme ? `${scheme.toLowerCase()}:` : null,
    host: host.toLowerCase(),
    port: port && port !== '*' ? port : null,
  };
}

/** Whether the entry permits the URL. A protocol without a port means its default port. */
export function matchesHost({ protocol, host, port }: HostPattern, url: URL): boolean {
  if (protocol !== null && protocol !== url.protocol) return false;
  const wanted = port ?? DEFAULT_PORTS[protocol ?? ''];
  if (wanted !== undefined && wanted !== (url.port || DEFAULT_PORTS[url.protocol])) return false;
  if (host === '*') return true;
  const name = url.hostname.toLowerCase().replace(/\.$/, '');
  return host.startsWith('.') ? name === host.slice(1) || name.endsWith(host) : name === host;
}
