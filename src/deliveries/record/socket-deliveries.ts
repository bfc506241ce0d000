import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { NotificationEvents } from '../../notifications/notification/notification-events.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryChanges } from './delivery-changes.js';

/**
 * Writes to sockets are collected for this long, in milliseconds, and recorded in one statement, so that recording does not delay
 * notifications.
 */
const GATHER_MS = 500;
const MOST_AT_ONCE = 1_000;

/**
 * Maintains the record for `websocket`: `sent` once written to a socket, `delivered` once a client of the owner acknowledges it.
 * If the process is killed, the writes of the last half second are lost; those notifications stay `queued` unless they are
 * acknowledged.
 */
@Injectable()
export class SocketDeliveries implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Deliveries');
  private written = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly events: NotificationEvents,
    private readonly repository: DeliveriesRepository,
    private readonly changes: DeliveryChanges,
  ) {}

  onModuleInit(): void {
    this.events.onWritten((notificationId) => this.note(notificationId));
    this.events.onAcknowledged((tx, userId, ids) => this.acknowledge(tx, userId, ids));
  }

  /** Runs after the last socket and the last request, since both record deliveries, and before the database closes. */
  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.flushing;
    await this.flush();
  }

  private note(notificationId: string): void {
    this.written.add(notificationId);
    this.timer ??= setTimeout(() => {
      this.flushing = this.flush();
    }, GATHER_MS).unref();
  }

  private async flush(): Promise<void> {
    const ids = [...this.written];
    this.written = new Set();
    this.timer = undefined;
    try {
      for (let start = 0; start < ids.length; start += MOST_AT_ONCE) {
        await this.repository.insertWritten(this.database.db, ids.slice(start, start + MOST_AT_ONCE));
      }
    } catch (error) {
      this.logger.warn(`writes to sockets could not be recorded: ${String(error)}`);
    }
  }

  private async acknowledge(tx: Transaction, userId: string, ids: readonly string[] | 'all'): Promise<void> {
    if (ids === 'all') return;
    await this.repository.insertWritten(tx.db, ids);
    await this.changes.change(
      tx,
      ids.map((notificationId) => ({ notificationId, userId, channel: 'websocket', status: 'delivered' })),
    );
  }
}
