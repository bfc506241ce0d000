import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/backend/transaction.js';
import { userStream } from '../streams/names/group-names.js';
import { Bus } from '../streams/bus/bus.js';
import { ownGroup } from '../streams/names/own-group.js';
import { batchView } from './batch-view.js';
import type { Batch } from './batch-view.js';

/** Publishes the progress of a batch to the sockets of its creator. A batch of an API key has no such sockets. */
@Injectable()
export class BatchProgress {
  constructor(private readonly bus: Bus) {}

  /** Publishes after the commit. */
  announce(tx: Transaction, batch: Batch): void {
    const { createdBy } = batch;
    if (createdBy === null) return;
    const message = { type: 'batch_progress', batch: batchView(batch) };
    tx.afterCommit(() => this.bus.publishEphemeral(ownGroup(userStream(createdBy)), message));
  }
}
