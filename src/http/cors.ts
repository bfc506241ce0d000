import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { Origins } from '../auth/origin/origins.js';

const API = /^\/api(\/|$)/i;
/** Response headers that pages of other origins may read, in addition to the basic ones. */
const EXPOSED = ['X-Stream-Position', 'Retry-After', 'Idempotent-Replayed', 'WWW-Authenticate'];
/** Seconds for which a browser may cache the response to a preflight request. */
const MAX_AGE = 600;

/**
 * Lets pages of other origins use the REST API and the event streams (CORS). ALLOWED_HOSTS lists the origins; those that it names
 * without a wildcard may send credentials. Runs before everything that may respond, so that pages can read errors too.
 */
export function allowOrigins(app: NestExpressApplication): void {
  const origins = app.get(Origins);
  // Set on every response, so that a cache does not return the response for one origin, or for one user's cookie, to another.
  app.use('/api', (_request: Request, response: Response, next: NextFunction) => {
    response.vary('Origin').set('Cache-Control', 'private, no-cache');
    next();
  });
  app.enableCors(({ path, headers: { origin } }: Request, configure: Configure) => {
    if (origin === undefined || !API.test(path) || !origins.allows(origin)) {
      configure(null, { origin: false });
      return;
    }
    const credentials = origins.names(origin);
    configure(null, { origin: credentials ? origin : '*', credentials, exposedHeaders: EXPOSED, maxAge: MAX_AGE });
  });
}

interface Answer {
  readonly origin: string | false;
  readonly credentials?: boolean;
  readonly exposedHeaders?: string[];
  readonly maxAge?: number;
}

type Configure = (error: null, answer: Answer) => void;
