import { Injectable } from '@nestjs/common';
import { IssuerKeys } from '../auth/tokens/issuer-keys.js';
import { ChannelLayer } from '../channel-layer/interface/channel-layer.js';
import { Database } from '../database/database.js';
import { RealtimeStatus } from '../realtime/connection/realtime-status.js';

export type CheckResult = 'ok' | 'unavailable';

/** The current state of this node. */
export interface HealthReport {
  /**
   * `degraded`: Redis is unavailable and the nodes work independently, or the keys of the token issuer cannot be read.
   * `unavailable`: send no requests to this node.
   */
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly checks: {
    readonly database: CheckResult;
    readonly channel_layer: CheckResult;
    /** Whether the keys at JWT_JWKS_URL can be read; absent if it is not set. */
    readonly token_issuer?: CheckResult;
  };
  /** Why the status is not `ok`. */
  readonly reason?: string;
}

/** Checks the database, Redis and the token issuer, within 2 seconds. Concurrent callers share one check, so that checks cost little. */
@Injectable()
export class HealthChecks {
  private asking: Promise<HealthReport> | undefined;

  constructor(
    private readonly database: Database,
    private readonly channelLayer: ChannelLayer,
    private readonly realtime: RealtimeStatus,
    private readonly issuerKeys: IssuerKeys,
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
    const { isConfigured, problem } = this.issuerKeys;
    const issuer: CheckResult = problem === null ? 'ok' : 'unavailable';
    const checks = { database, channel_layer: channelLayer, ...(isConfigured && { token_issuer: issuer }) };
    if (database !== 'ok') return { status: 'unavailable', checks, reason: 'the database does not answer' };
    if (this.realtime.draining)
      return { status: 'unavailable', checks, reason: 'draining: this node is shutting down' };
    const reasons = [
      ...(channelLayer === 'ok' ? [] : ['Redis does not answer, so messages between nodes are delayed']),
      ...(problem === null ? [] : [problem]),
    ];
    return reasons.length > 0 ? { status: 'degraded', checks, reason: reasons.join('; ') } : { status: 'ok', checks };
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
