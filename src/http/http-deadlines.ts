import type { RequestHandler, Response } from 'express';
import type { ServerOptions } from 'node:http';
import type { Settings } from '../config/settings.js';

export type HttpDeadlines = Pick<Settings, 'handshakeTimeout' | 'requestTimeout' | 'keepAliveTimeout'>;

/** Node's own default, 30 seconds, would add up to as much to each deadline. */
const LONGEST_CHECK_MS = 500;

/** When Node's HTTP server closes a connection: headers or a body that do not arrive, and nothing to do between requests. */
export function serverDeadlines({ handshakeTimeout, requestTimeout, keepAliveTimeout }: HttpDeadlines): ServerOptions {
  const headers = Math.min(handshakeTimeout, requestTimeout) * 1_000;
  return {
    headersTimeout: headers,
    requestTimeout: requestTimeout * 1_000,
    keepAliveTimeout: keepAliveTimeout * 1_000,
    connectionsCheckingInterval: Math.min(Math.max(Math.floor(headers / 10), 10), LONGEST_CHECK_MS),
  };
}

/** Middleware: cuts a connection whose client does not read the answer within the deadline. */
export function requireReaders({ requestTimeout }: HttpDeadlines): RequestHandler {
  return (_request, response, next) => {
    const timer = setTimeout(() => {
      if (isWaitingForReader(response)) response.destroy();
      else timer.refresh();
    }, requestTimeout * 1_000).unref();
    response.once('close', () => {
      clearTimeout(timer);
    });
    next();
  };
}

/** An event stream has deadlines of its own (STUCK_TIMEOUT), and an answer that has not begun is our own delay. */
function isWaitingForReader(response: Response): boolean {
  return response.headersSent && !String(response.getHeader('content-type')).startsWith('text/event-stream');
}
