import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

let ofProcess: Registry | undefined;

/**
 * Metrics of CPU, memory, event loop and garbage collection. Created once per process, because tests run several applications in
 * one process.
 */
function processRegistry(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

/** The metrics of one application. */
@Injectable()
export class ServiceRegistry {
  readonly registry = new Registry();

  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics in the text format of Prometheus. */
  async text(): Promise<string> {
    const parts = await Promise.all([processRegistry().metrics(), this.registry.metrics()]);
    return parts.join('\n');
  }
}
