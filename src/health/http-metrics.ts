import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Histogram } from 'prom-client';
import { ServiceRegistry } from './service-registry.js';

/** Label of requests that match no route. Paths are not used as labels, because their number is unlimited. */
const NO_ROUTE = 'none';

/** Counts and times all HTTP requests by route and status. */
@Injectable()
export class HttpMetrics {
  private readonly seconds: Histogram<'method' | 'route' | 'status'>;

  constructor({ registry }: ServiceRegistry) {
    this.seconds = new Histogram({
      name: 'tidings_http_request_seconds',
      help: 'HTTP requests by method, route and status, in seconds.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    });
  }

  /** Express middleware. Register it first, so that requests rejected by a body parser are counted too. */
  readonly observe = (request: Request, response: Response, next: NextFunction): void => {
    const start = process.hrtime.bigint();
    response.once('finish', () => {
      const labels = { method: request.method, route: routeOf(request), status: response.statusCode };
      this.seconds.observe(labels, Number(process.hrtime.bigint() - start) / 1e9);
    });
    next();
  };
}

function routeOf(request: Request): string {
  const route = request.route as { readonly path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path.replace(/(.)\/$/, '$1') : NO_ROUTE;
}
