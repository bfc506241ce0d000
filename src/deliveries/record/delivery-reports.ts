import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { ProviderReports } from '../../providers/provider/provider-reports.js';
import type { ProviderReport } from '../../providers/provider/provider-reports.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { parseDeliveryKey } from './delivery.js';
import type { DeliveryId } from './delivery.js';
import { DeliveryChanges } from './delivery-changes.js';

/** Records the status reports that providers send after accepting a message. */
@Injectable()
export class DeliveryReports implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly reports: ProviderReports,
    private readonly repository: DeliveriesRepository,
    private readonly changes: DeliveryChanges,
  ) {}

  onModuleInit(): void {
    this.reports.subscribe((report) => this.record(report));
  }

  private async record({ channel, providerId, key, status, error }: ProviderReport): Promise<void> {
    await this.database.transaction(async (tx) => {
      const byKey: DeliveryId | null = key === null ? null : parseDeliveryKey(key);
      const id = byKey ?? (await this.repository.findByProviderId(tx.db, channel, providerId));
      if (id?.channel !== channel) return;
      await this.changes.change(tx, [{ ...id, status, providerId, ...(error !== undefined && { error }) }]);
    });
  }
}
