import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { DeliveryStatistics } from '../deliveries/record/delivery-statistics.js';
import { JobStatistics } from '../jobs/job-statistics.js';
import { ServiceRegistry } from './service-registry.js';

/** Metrics of background jobs and deliveries. */
@Injectable()
export class WorkMetrics implements OnModuleInit {
  constructor(
    private readonly service: ServiceRegistry,
    private readonly jobs: JobStatistics,
    private readonly deliveries: DeliveryStatistics,
  ) {}

  onModuleInit(): void {
    this.jobAttempts();
    this.waitingJobs();
    this.deliveryChanges();
  }

  private jobAttempts(): void {
    const { jobs } = this;
    new Counter({
      name: 'tidings_job_attempts_total',
      help: 'Attempts of background jobs in this process: done, failed (to be retried), dead (the last attempt failed).',
      labelNames: ['queue', 'end'],
      registers: [this.service.registry],
      collect() {
        this.reset();
        for (const [queue, counts] of jobs.attempts)
          for (const [end, count] of Object.entries(counts)) this.inc({ queue, end }, count);
      },
    });
  }

  private waitingJobs(): void {
    const { jobs } = this;
    new Gauge({
      name: 'tidings_jobs_waiting_seconds',
      help: 'How long the oldest job that is due has waited, over all processes. No values while the database is unavailable.',
      labelNames: ['queue'],
      registers: [this.service.registry],
      async collect() {
        this.reset();
        const waiting = await jobs.waiting().catch(() => new Map<string, number>());
        for (const [queue, seconds] of waiting) this.set({ queue }, seconds);
      },
    });
  }

  private deliveryChanges(): void {
    const { deliveries } = this;
    new Counter({
      name: 'tidings_deliveries_total',
      help: 'Deliveries to which this process gave a status: sent, delivered, failed, skipped; queued again after a failure.',
      labelNames: ['channel', 'status'],
      registers: [this.service.registry],
      collect() {
        this.reset();
        for (const [channel, statuses] of deliveries.changes)
          for (const [status, count] of statuses) this.inc({ channel, status }, count);
      },
    });
  }
}
