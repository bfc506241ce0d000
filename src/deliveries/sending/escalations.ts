import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import { NotificationEvents } from '../../notifications/notification/notification-events.js';
import { DeliveriesRepository } from '../record/deliveries.repository.js';
import { REASONS } from '../record/delivery.js';
import { DeliveryChanges } from '../record/delivery-changes.js';

/**
 * Cancels escalations that are no longer needed, in the transaction of the event that made them unnecessary. Their jobs then find
 * nothing to do.
 */
@Injectable()
export class Escalations implements OnModuleInit {
  constructor(
    private readonly events: NotificationEvents,
    private readonly repository: DeliveriesRepository,
    private readonly changes: DeliveryChanges,
  ) {}

  onModuleInit(): void {
    this.events.onRead((tx, userId, ids) => this.cancel(tx, userId, ids, REASONS.read));
    this.events.onDeleted((tx, userId, ids) => this.cancel(tx, userId, ids, REASONS.deleted));
    this.events.onArchived((tx, userId, ids) => this.cancel(tx, userId, ids, REASONS.archived));
    this.events.onAcknowledged((tx, userId, ids) => this.cancel(tx, userId, ids, REASONS.acknowledged));
  }

  private async cancel(tx: Transaction, userId: string, ids: readonly string[] | 'all', reason: string): Promise<void> {
    const pending = await this.repository.pendingEscalations(tx.db, userId, ids);
    await this.changes.change(
      tx,
      pending.map((id) => ({ ...id, status: 'skipped', reason })),
    );
  }
}
