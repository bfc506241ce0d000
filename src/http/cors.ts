import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { Origins } from '../auth/origin/origins.js';

const API = /^\/api(\/|$)/i;
/** Headers of answers that clients read; a page on another origin sees none but these and the basic ones. */
const EXPOSED = ['X-Stream-Position', 'Retry-After', 'Idempotent-Replayed', 'WWW-Authenticate'];
/** Seconds that a browser may keep the answer to a preflight request. */
const MAX_AGE = 600;

/**
 * Lets pages of other origins use the REST API and the event streams (CORS): those that ALLOWED_HOSTS allows, with credentials
 * where it names them. Comes before everything that may answer, so that pages can read errors too.
 */
export function allowOrigins(app: NestExpressApplication): void {
  const origins = app.get(Origins);
  // On every answer: a cache must not give the answer for one origin to another.
  app.use('/api', (_request: Request, response: Response, next: NextFunction) => {
    response.vary('Origin');
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
