import type { INestApplication } from '@nestjs/common';

/** Puts the routes of all controllers below `/api`, except those that probes and Prometheus ask for. */
export function prefixRoutes(app: INestApplication): void {
  app.setGlobalPrefix('api', { exclude: ['health/live', 'health/ready', 'metrics'] });
}
