import type { Request } from 'express';
import type { PublicUrls } from '../realtime-info/public-urls.js';

/** The URL of a link's socket. */
export function socketUrl(urls: PublicUrls, request: Request, token: string): string {
  return `${urls.socketBase(request).href.replace(/\/$/, '')}/ws/shared-orders/${token}/`;
}
