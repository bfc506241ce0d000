import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { Settings } from '../../config/settings.js';
import { matchesHost, parseHostPattern } from '../../config/values/host-pattern.js';
import type { HostPattern } from '../../config/values/host-pattern.js';

/** Thrown for an address inside the network of the operator. */
export class PrivateAddress extends Error {
  constructor(host: string) {
    super(`${host} is not a public address; WEBHOOK_PRIVATE_HOSTS can permit it`);
    this.name = 'PrivateAddress';
  }
}

/**
 * Which URLs may receive webhooks: https at public addresses, and the hosts in WEBHOOK_PRIVATE_HOSTS. So an administrator of this
 * service cannot reach other services in the operator's network through it.
 */
@Injectable()
export class WebhookAddresses {
  private readonly permitted: readonly HostPattern[];

  constructor({ webhooks }: Settings) {
    this.permitted = webhooks.webhookPrivateHosts.map(parseHostPattern).filter((host) => host !== null);
  }

  /** Why the URL may not receive webhooks; null: it may, if its name resolves to public addresses. */
  problemOf(text: string): string | null {
    if (!URL.canParse(text)) return 'must be a URL';
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be an https URL';
    if (url.username !== '' || url.password !== '') return 'must not contain a user name or a password';
    if (this.isPermitted(url)) return null;
    if (url.protocol === 'http:') return 'must be an https URL; WEBHOOK_PRIVATE_HOSTS can permit http for a host';
    const host = hostOf(url);
    if (ipaddr.isValid(host) && !isPublic(host))
      return 'must not be a private address; WEBHOOK_PRIVATE_HOSTS can permit it';
    return null;
  }

  /**
   * The name resolution for a request to the URL. It rejects names that resolve to a private address, also if the name resolved to
   * a public one before.
   */
  lookupFor(url: URL): LookupFunction {
    if (this.isPermitted(url)) return lookup;
    return (hostname, options, done) => {
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) done(error, '');
        else if (addresses.some(({ address }) => !isPublic(address))) done(new PrivateAddress(hostname), '');
        else if (options.all === true) done(null, addresses);
        else done(null, addresses[0]?.address ?? '', addresses[0]?.family);
      });
    };
  }

  private isPermitted(url: URL): boolean {
    return this.permitted.some((pattern) => matchesHost(pattern, url));
  }
}

/** Without the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** All global IPv6 addresses are in 2000::/3. Others, such as ::10.0.0.7, may stand for an IPv4 address. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

function isPublic(text: string): boolean {
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(GLOBAL_IPV6);
}
