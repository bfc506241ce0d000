import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Origins } from '../auth/origin/origins.js';
import { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/error/service-error.js';

/** The URLs under which clients reach the service. */
@Injectable()
export class PublicUrls {
  constructor(
    private readonly settings: Settings,
    private readonly origins: Origins,
  ) {}

  /**
   * Returns the base URL of the pages and the REST API, without a trailing slash: PUBLIC_URL, or else the origin of the
   * request. Throws invalid_message if the Host header is malformed or, in production, not allowed by ALLOWED_HOSTS.
   */
  base(request: Request): string {
    return this.settings.process.publicUrl ?? this.requestOrigin(request);
  }

  /**
   * Returns the base URL of the sockets, without a path: REALTIME_URL, else PUBLIC_URL, else the origin of the request.
   * Throws the same errors as `base`.
   */
  socketBase(request: Request): URL {
    const { realtimeUrl, publicUrl } = this.settings.process;
    const url = new URL(realtimeUrl ?? publicUrl ?? this.requestOrigin(request));
    url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
    return url;
  }

  /** Clients can send any Host header, which must not redirect links for other users (in caches or e-mails) to another site. */
  private requestOrigin({ protocol, host }: Request): string {
    const text = `${protocol}://${host}`;
    const malformed = new ServiceError('invalid_message', 'The Host header is not a valid host.');
    // If the header is empty, `host` is undefined, despite its type.
    if (typeof host !== 'string' || !URL.canParse(text)) throw malformed;
    const url = new URL(text);
    // If the header contains a path, a query or a user name, the text is longer than the origin.
    if (url.href !== `${url.origin}/`) throw malformed;
    if (this.settings.process.nodeEnv === 'production' && !this.origins.allows(url.origin)) {
      throw new ServiceError('invalid_message', 'ALLOWED_HOSTS does not allow this Host header; set PUBLIC_URL.');
    }
    return url.origin;
  }

  /** Whether this process, or another one that clients are referred to, serves sockets. */
  get socketsAvailable(): boolean {
    return this.settings.process.roles.includes('realtime') || this.settings.process.realtimeUrl !== undefined;
  }
}
