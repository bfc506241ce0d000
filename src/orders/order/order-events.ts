import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import type { orderHistory } from './orders.table.js';

/** A line of the history of an order that has just been stored. */
export type RecordedOrderEvent = typeof orderHistory.$inferSelect;

type Listener = (tx: Transaction, recorded: RecordedOrderEvent) => Promise<void>;

/** Reports each line of the history of an order to higher rooms, inside the transaction that stores it. */
@Injectable()
export class OrderEvents {
  private readonly listeners: Listener[] = [];

  /** The listener stays registered until the application stops. */
  on(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** For use in `orders` only. */
  async recorded(tx: Transaction, event: RecordedOrderEvent): Promise<void> {
    for (const listener of this.listeners) await listener(tx, event);
  }
}
