import { Injectable } from '@nestjs/common';
import type { Author } from '../../auth/principal/actor.js';
import { Users } from '../../auth/users/users.js';
import type { BatchPayload } from '../../batches/batch-payload.js';
import type { BatchDto } from '../../batches/batches.dto.js';
import { Batches } from '../../batches/batches.js';
import type { SentBatch, SliceSender } from '../../batches/slice-sender.js';
import type { Transaction } from '../../database/backend/transaction.js';
import type { DeliveryRequest } from '../notification/notification-events.js';
import { NotificationSender } from './notification-sender.js';
import type { NotificationContent } from './notification-wording.js';

/** A notification to be sent in the background. */
export interface BackgroundNotification {
  readonly author: Author;
  readonly content: NotificationContent;
  readonly request: DeliveryRequest;
  /** Without duplicates. Null: a broadcast. */
  readonly userIds: readonly string[] | null;
  /** Null: immediately. */
  readonly sendAt: Date | null;
}

/** The payload as stored in the batch. */
interface Payload {
  readonly content: NotificationContent;
  readonly request: DeliveryRequest;
}

/**
 * Sends notifications that are scheduled or go to very many users. Batches create them slice by slice, in the same way
 * as all other notifications.
 */
@Injectable()
export class NotificationBatches implements SliceSender {
  constructor(
    private readonly batches: Batches,
    private readonly sender: NotificationSender,
    private readonly users: Users,
  ) {}

  create(tx: Transaction, { content, request, ...rest }: BackgroundNotification): Promise<BatchDto> {
    const payload: Payload = { content, request };
    return this.batches.create(tx, { ...rest, payload: payload as unknown as BatchPayload });
  }

  async sendSlice(tx: Transaction, batch: SentBatch, userIds: readonly string[] | null): Promise<number> {
    const { content, request } = batch.payload as unknown as Payload;
    if (userIds === null) {
      await this.sender.broadcast(tx, content, request, batch.id);
      return 0;
    }
    const existing = await this.users.exists(userIds, tx.db);
    const known = userIds.filter((id) => existing.has(id));
    await this.sender.notify(tx, known, content, request, batch.id);
    return userIds.length - known.length;
  }
}
