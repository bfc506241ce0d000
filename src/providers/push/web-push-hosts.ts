interface PushHost {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
}

const PATTERN = /^(?:(https?):\/\/)?([^:/]+)(?::(\d+))?$/i;

/**
 * The permitted endpoints of Web Push subscriptions (WEB_PUSH_HOSTS): an exact host, or `.example.com` for a domain and its
 * subdomains. Scheme and port default to https and its default port.
 */
export class WebPushHosts {
  private readonly allowed: readonly PushHost[];

  constructor(hosts: readonly string[]) {
    this.allowed = hosts.map(pushHostOf);
  }

  allows(endpoint: string): boolean {
    if (!URL.canParse(endpoint)) return false;
    const url = new URL(endpoint);
    if (url.username !== '' || url.password !== '') return false;
    return this.allowed.some((entry) => matches(entry, url));
  }
}

function pushHostOf(text: string): PushHost {
  const [, scheme = 'https', host = '', port = ''] = PATTERN.exec(text) ?? [];
  const protocol = `${scheme.toLowerCase()}:`;
  // `URL.port` is empty for the default port.
  const isDefault = port === (protocol === 'https:' ? '443' : '80');
  return { protocol, host: host.toLowerCase(), port: isDefault ? '' : port };
}

function matches({ protocol, host, port }: PushHost, url: URL): boolean {
  if (url.protocol !== protocol || url.port !== port) return false;
  const name = url.hostname.toLowerCase();
  return host.startsWith('.') ? name === host.slice(1) || name.endsWith(host) : name === host;
}
