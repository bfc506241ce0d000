import type { INestApplication } from '@nestjs/common';

/** Adds the prefix `/api` to the routes of all controllers, except those of probes and Prometheus. */
export function prefixRoutes(app: INestApplication): void {
  app.setGlobalPrefix('api', { exclude: ['health/live', 'health/ready', 'metrics'] });
}
