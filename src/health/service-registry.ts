import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

let ofProcess: Registry | undefined;

/** CPU, memory, event loop and garbage collection: once per process, however many applications live in it (tests). */
function processRegistry(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

/** The numbers of one application. */
@Injectable()
export class ServiceRegistry {
  readonly registry = new Registry();

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Everything there is to know, in the text format of Prometheus. */
  async text(): Promise<string> {
    const parts = await Promise.all([processRegistry().metrics(), this.registry.metrics()]);
    return parts.join('\n');
  }
}
