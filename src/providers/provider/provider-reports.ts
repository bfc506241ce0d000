import { Injectable } from '@nestjs/common';
import type { ProviderChannel } from './delivery-provider.js';

/** What a provider says of a message after it took it. */
export interface ProviderReport {
  readonly channel: ProviderChannel;
  /** The name the provider gave the message. */
  readonly providerId: string;
  /**
   * The `key` that `deliver` was given; null when the provider does not hand it back. A report may come before the outcome of
   * `deliver` is stored, so where there is a key it finds the delivery more surely than `providerId`.
   */
  readonly key: string | null;
  readonly status: 'sent' | 'delivered' | 'failed';
  /** Why it failed. */
  readonly error?: string;
}

type ReportListener = (report: ProviderReport) => Promise<void>;

/** Carries what providers report, on the node they report it to, to whoever keeps the record. */
@Injectable()
export class ProviderReports {
  private readonly listeners: ReportListener[] = [];

  /** For the life of the application. */
  subscribe(listener: ReportListener): void {
    this.listeners.push(listener);
  }

  /** Resolves when every listener is done; rejects as the first of them that does. */
  async emit(report: ProviderReport): Promise<void> {
    for (const listener of this.listeners) await listener(report);
  }
}
