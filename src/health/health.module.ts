import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { HealthChecks } from './health-checks.js';
import { HealthController } from './health.controller.js';
import { HealthGateway } from './health.gateway.js';
import { HttpMetrics } from './http-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsGuard } from './metrics.guard.js';
import { ServiceMetrics } from './service-metrics.js';
import { ServiceRegistry } from './service-registry.js';
import { WorkMetrics } from './work-metrics.js';

/** Probes and metrics. `create-app.ts` registers `HttpMetrics.observe` before everything else. */
@Module({
  imports: [AuthModule, DeliveriesModule, JobsModule, RealtimeModule, StreamsModule],
  controllers: [HealthController, MetricsController],
  providers: [HealthChecks, HealthGateway, ServiceRegistry, HttpMetrics, ServiceMetrics, WorkMetrics, MetricsGuard],
  exports: [HttpMetrics],
})
export class HealthModule {}
