import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { OriginRule } from './origin-rule.js';

/** Which pages may use REST, WebSockets and event streams: one rule for all three (ALLOWED_HOSTS). */
@Injectable()
export class Origins {
  private readonly rule: OriginRule;
  private readonly ownOrigin: string | null;

  constructor({ allowedHosts, publicUrl }: Settings) {
    this.rule = new OriginRule(allowedHosts);
    this.ownOrigin = publicUrl === undefined ? null : new URL(publicUrl).origin;
  }

  /** Whether ALLOWED_HOSTS allows the value of an `Origin` header. */
  allows(origin: string): boolean {
    return this.rule.allows(origin);
  }

  /** Whether the origin is allowed by name. A wildcard names no origin, except that of PUBLIC_URL. */
  names(origin: string): boolean {
    return this.rule.names(origin) || (origin === this.ownOrigin && this.allows(origin));
  }

  /**
   * Whether a request may be authenticated by its cookie. A browser adds the cookie to requests that any page causes, so the
   * request must show that a page of ours caused it: by a named `Origin`, or by `Sec-Fetch-Site`, which pages can't set.
   */
  allowsCookie({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
    if (origin !== undefined) return this.names(origin) || (site === 'same-origin' && this.allows(origin));
    return site === 'same-origin' || site === 'none';
  }

  /**
   * The same for a request that changes nothing. Browsers leave out `Origin` for pages of the same origin, and `Sec-Fetch-Site`
   * too over plain http, so that a request without either is accepted.
   */
  allowsCookieToRead(headers: IncomingHttpHeaders): boolean {
    const isUnmarked = headers.origin === undefined && headers['sec-fetch-site'] === undefined;
    return isUnmarked || this.allowsCookie(headers);
  }

  /** Whether a request without credentials, such as a login, may come from where it comes from. */
  allowsAnonymous({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
    if (origin !== undefined) return this.allows(origin);
    return site !== 'cross-site' && site !== 'same-site';
  }
}
