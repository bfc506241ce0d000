import type { RequestHandler, Response } from 'express';
import type { ServerOptions } from 'node:http';
import type { LimitSettings } from '../config/sections/limit-settings.js';

export type HttpDeadlines = Pick<LimitSettings, 'handshakeTimeout' | 'requestTimeout' | 'keepAliveTimeout'>;

/** Node's default interval of 30 seconds would extend each deadline by up to 30 seconds. */
const LONGEST_CHECK_MS = 500;

/** When Node's HTTP server closes a connection: when headers or a body do not arrive in time, and when it is idle between requests. */
export function serverDeadlines({ handshakeTimeout, requestTimeout, keepAliveTimeout }: HttpDeadlines): ServerOptions {
  const headers = Math.min(handshakeTimeout, requestTimeout) * 1_000;
  return {
    headersTimeout: headers,
    requestTimeout: requestTimeout * 1_000,
    keepAliveTimeout: keepAliveTimeout * 1_000,
    connectionsCheckingInterval: Math.min(Math.max(Math.floor(headers / 10), 10), LONGEST_CHECK_MS),
  };
}

/** A client is checked this often within the deadline. */
const READER_CHECKS = 4;

/** Middleware that closes a connection whose client reads nothing of the response within the deadline. A slow client that reads is not closed. */
export function requireReaders({ requestTimeout }: HttpDeadlines): RequestHandler {
  return ({ socket }, response, next) => {
    let written = 0;
    let checksWithoutProgress = 0;
    const check = (): void => {
      const hasProgress = socket.bytesWritten !== written || !isWaitingForReader(response);
      checksWithoutProgress = hasProgress ? 0 : checksWithoutProgress + 1;
      written = socket.bytesWritten;
      if (checksWithoutProgress === READER_CHECKS) response.destroy();
    };
    const timer = setInterval(check, (requestTimeout * 1_000) / READER_CHECKS).unref();
    response.once('close', () => {
      clearInterval(timer);
    });
    next();
  };
}

/** An event stream has its own deadline (STUCK_TIMEOUT). A response that has not begun is delayed by this service, not by the client. */
function isWaitingForReader(response: Response): boolean {
  return response.headersSent && !String(response.getHeader('content-type')).startsWith('text/event-stream');
}
