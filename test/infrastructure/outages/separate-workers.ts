import { compileSources } from '../../support/servers/compiled-sources.js';
import type { CompiledSources } from '../../support/servers/compiled-sources.js';
import { query } from '../../support/servers/postgres-databases.js';
import { startService } from '../../support/servers/service-process.js';
import type { ServiceProcess } from '../../support/servers/service-process.js';
import { startStack } from '../../support/stack.js';
import type { Overrides, Stack } from '../../support/stack.js';

/** A service whose jobs are run only by processes that a spec starts and kills. */
export class SeparateWorkers {
  private readonly workers: ServiceProcess[] = [];

  private constructor(
    readonly stack: Stack,
    private readonly compiled: CompiledSources,
  ) {}

  static async open(settings: Overrides = {}): Promise<SeparateWorkers> {
    const compiled = compileSources();
    try {
      const stack = await startStack({ JOB_RETRY_DELAY: '0', ...settings, ROLES: 'api,realtime' }, 'servers');
      return new SeparateWorkers(stack, compiled);
    } catch (error) {
      compiled.remove();
      throw error;
    }
  }

  get databaseUrl(): string {
    return this.stack.environment.DATABASE_URL ?? '';
  }

  async start(): Promise<ServiceProcess> {
    const worker = await startService(this.compiled, { ...this.stack.environment, ROLES: 'worker' });
    this.workers.push(worker);
    return worker;
  }

  /** Resolves when a statement of another connection waits for a lock on this table. */
  async untilOneWaitsFor(table: string): Promise<void> {
    const waiting = `select from pg_locks where not granted and relation = '${table}'::regclass`;
    while ((await query(this.databaseUrl, waiting)).length === 0);
  }

  async close(): Promise<void> {
    for (const worker of this.workers) await worker.stop();
    await this.stack.stop();
    this.compiled.remove();
  }
}
