import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Settings } from '../config/settings.js';

/** How clients reach the sockets. */
@Injectable()
export class PublicUrls {
  constructor(private readonly settings: Settings) {}

  /** Where the pages and the REST interface are, without a slash at the end: PUBLIC_URL, else as this request came. */
  base(request: Request): string {
    return this.settings.publicUrl ?? `${request.protocol}://${request.host}`;
  }

  /** Where the sockets are, without path: REALTIME_URL, else PUBLIC_URL, else as this request came. */
  socketBase(request: Request): URL {
    const { realtimeUrl, publicUrl } = this.settings;
    const url = new URL(realtimeUrl ?? publicUrl ?? `${request.protocol}://${request.host}`);
    url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
    return url;
  }

  /** Does this process, or another one that clients are told of, hold sockets? */
  get socketsAvailable(): boolean {
    return this.settings.roles.includes('realtime') || this.settings.realtimeUrl !== undefined;
  }
}
