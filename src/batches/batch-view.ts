import type { BatchPayload } from './batch-payload.js';
import type { BatchDto } from './batches.dto.js';
import type { batches } from './batches.table.js';

export type Batch = typeof batches.$inferSelect;

/** A batch as returned by REST and sent in progress messages. */
export type BatchView = BatchDto & BatchPayload;

export function batchView(batch: Batch): BatchView {
  return {
    batch_id: batch.id,
    status: batch.status,
    total: batch.total,
    done: batch.done,
    failed: batch.failed,
    last_error: batch.lastError,
    send_at: batch.sendAt?.toISOString() ?? null,
    created_at: batch.createdAt.toISOString(),
    started_at: batch.startedAt?.toISOString() ?? null,
    finished_at: batch.finishedAt?.toISOString() ?? null,
    retracted: batch.retracted,
    retracted_at: batch.retractedAt?.toISOString() ?? null,
  };
}
