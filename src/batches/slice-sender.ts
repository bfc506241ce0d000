import type { Transaction } from '../database/backend/transaction.js';
import type { BatchPayload } from './batch-payload.js';

/** What is sent of a batch. */
export interface SentBatch {
  readonly id: string;
  readonly payload: BatchPayload;
}

/** Sends the slices of batches. Implemented by the room that creates batches. */
export abstract class SliceSender {
  /**
   * Sends the payload of a batch to these users, or to all users (null), within the transaction. Resolves with the number of ids without a
   * user.
   */
  abstract sendSlice(tx: Transaction, batch: SentBatch, userIds: readonly string[] | null): Promise<number>;
}
