import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { OriginRule } from './origin-rule.js';

/** Which origins may use REST, WebSockets and event streams (ALLOWED_HOSTS). */
@Injectable()
export class Origins {
  private readonly rule: OriginRule;
  private readonly ownOrigin: string | null;

  constructor({ auth: { allowedHosts }, process: { publicUrl } }: Settings) {
    this.rule = new OriginRule(allowedHosts);
    this.ownOrigin = publicUrl === undefined ? null : new URL(publicUrl).origin;
  }

  /** Whether ALLOWED_HOSTS allows the value of an `Origin` header. */
  allows(origin: string): boolean {
    return this.rule.allows(origin);
  }

  /** Whether an entry names the origin. A wildcard names only the origin of PUBLIC_URL. */
  names(origin: string): boolean {
    return this.rule.names(origin) || (origin === this.ownOrigin && this.allows(origin));
  }

  /**
   * Whether a request may be authenticated by its cookie. Browsers add the cookie to requests from any page. So the request must
   * prove that an allowed page sent it: by a named `Origin`, or by `Sec-Fetch-Site`, which pages cannot set.
   */
  allowsCookie({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
    if (origin !== undefined) return this.names(origin) || (site === 'same-origin' && this.allows(origin));
    return site === 'same-origin' || site === 'none';
  }

  /**
   * Like `allowsCookie`, for a request that changes nothing. For pages of the same origin, browsers omit `Origin`, and over plain
   * HTTP also `Sec-Fetch-Site`. So a request without both headers is accepted.
   */
  allowsCookieToRead(headers: IncomingHttpHeaders): boolean {
    const isUnmarked = headers.origin === undefined && headers['sec-fetch-site'] === undefined;
    return isUnmarked || this.allowsCookie(headers);
  }

  /** Whether a request without credentials, such as a login, may come from its origin. */
  allowsAnonymous({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
    if (origin !== undefined) return this.allows(origin);
    return site !== 'cross-site' && site !== 'same-site';
  }
}
