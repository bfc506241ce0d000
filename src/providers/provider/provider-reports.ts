import { Injectable } from '@nestjs/common';
import type { ProviderChannel } from './delivery-provider.js';

/** A status report that a provider sends after accepting a message. */
export interface ProviderReport {
  readonly channel: ProviderChannel;
  /** The provider's id of the message. */
  readonly providerId: string;
  /**
   * The `key` passed to `deliver`; null if the provider does not return it. A report may arrive before the outcome of `deliver`
   * is stored, so `key` identifies the delivery more reliably than `providerId`.
   */
  readonly key: string | null;
  readonly status: 'sent' | 'delivered' | 'failed';
  /** Why it failed. */
  readonly error?: string;
}

type ReportListener = (report: ProviderReport) => Promise<void>;

/** Passes provider reports to subscribers on the node that receives them. */
@Injectable()
export class ProviderReports {
  private readonly listeners: ReportListener[] = [];

  /** Subscribes until the application stops. */
  subscribe(listener: ReportListener): void {
    this.listeners.push(listener);
  }

  /** Resolves when every listener is done. Rejects with the first error, without calling further listeners. */
  async emit(report: ProviderReport): Promise<void> {
    for (const listener of this.listeners) await listener(report);
  }
}
