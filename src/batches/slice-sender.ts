import type { Transaction } from '../database/backend/transaction.js';
import type { BatchPayload } from './batch-payload.js';

/** Sends the slices of batches. Implemented by the room that creates batches. */
export abstract class SliceSender {
  /**
   * Sends `payload` to these users, or to all users (null), within the transaction. Resolves with the number of ids without a
   * user.
   */
  abstract sendSlice(tx: Transaction, payload: BatchPayload, userIds: readonly string[] | null): Promise<number>;
}
