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
      help: 'Attempts at background jobs of this process: done, failed (and tried again), dead.',
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
      help: 'For how long the oldest job that may begin has waited, over all processes. None while the database is away.',
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
      help: 'Deliveries that this process brought to a status: sent, delivered, failed, skipped; queued again after a failure.',
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
