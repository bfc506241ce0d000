import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Origins } from '../auth/origin/origins.js';
import { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';

/** How clients reach the sockets. */
@Injectable()
export class PublicUrls {
  constructor(
    private readonly settings: Settings,
    private readonly origins: Origins,
  ) {}

  /**
   * Where the pages and the REST interface are, without a slash at the end: PUBLIC_URL, else as this request came. Throws
   * invalid_message for a Host header that is no host, and in production for one that ALLOWED_HOSTS does not allow.
   */
  base(request: Request): string {
    return this.settings.publicUrl ?? this.requestOrigin(request);
  }

  /** Where the sockets are, without path: REALTIME_URL, else PUBLIC_URL, else as this request came. Throws as `base` does. */
  socketBase(request: Request): URL {
    const { realtimeUrl, publicUrl } = this.settings;
    const url = new URL(realtimeUrl ?? publicUrl ?? this.requestOrigin(request));
    url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
    return url;
  }

  /** Anyone can send any Host header: it must not make links for others (in caches, in mails) lead elsewhere. */
  private requestOrigin({ protocol, host }: Request): string {
    const text = `${protocol}://${host}`;
    const malformed = new ServiceError('invalid_message', 'The Host header is not a host.');
    // An empty header leaves `host` undefined, whatever its type says.
    if (typeof host !== 'string' || !URL.canParse(text)) throw malformed;
    const url = new URL(text);
    // With a path, a query or a user name in the header the text is longer than the origin.
    if (url.href !== `${url.origin}/`) throw malformed;
    if (this.settings.nodeEnv === 'production' && !this.origins.allows(url.origin)) {
      throw new ServiceError('invalid_message', 'ALLOWED_HOSTS does not allow this Host header; set PUBLIC_URL.');
    }
    return url.origin;
  }

  /** Does this process, or another one that clients are told of, hold sockets? */
  get socketsAvailable(): boolean {
    return this.settings.roles.includes('realtime') || this.settings.realtimeUrl !== undefined;
  }
}
