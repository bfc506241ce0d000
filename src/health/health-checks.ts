import { Injectable } from '@nestjs/common';
import { ChannelLayer } from '../channel-layer/channel-layer.js';
import { Database } from '../database/database.js';
import { RealtimeStatus } from '../realtime/realtime-status.js';

export type CheckResult = 'ok' | 'unavailable';

/** What this node can do right now. */
export interface HealthReport {
  /** `degraded`: Redis is away and nodes go on alone. `unavailable`: no requests here, please. */
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly checks: { readonly database: CheckResult; readonly channel_layer: CheckResult };
  /** Why it is not `ok`. */
  readonly reason?: string;
}

/** Asks those we lean on. Takes 2 seconds at most; who asks meanwhile gets the same answer, so that asking costs little. */
@Injectable()
export class HealthChecks {
  private asking: Promise<HealthReport> | undefined;

  constructor(
    private readonly database: Database,
    private readonly channelLayer: ChannelLayer,
    private readonly realtime: RealtimeStatus,
  ) {}

  report(): Promise<HealthReport> {
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async ask(): Promise<HealthReport> {
    const [database, channelLayer] = await Promise.all([
      result(this.database.ping()),
      result(this.channelLayer.ping()),
    ]);
    const checks = { database, channel_layer: channelLayer };
    if (database !== 'ok') return { status: 'unavailable', checks, reason: 'the database does not answer' };
    if (this.realtime.draining)
      return { status: 'unavailable', checks, reason: 'draining: this node is about to stop' };
    if (channelLayer !== 'ok')
      return { status: 'degraded', checks, reason: 'Redis does not answer: this node goes on alone' };
    return { status: 'ok', checks };
  }
}

async function result(ping: Promise<void>): Promise<CheckResult> {
  try {
    await ping;
    return 'ok';
  } catch {
    return 'unavailable';
  }
}
