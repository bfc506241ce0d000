import { Injectable } from '@nestjs/common';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { execute } from '../database/execute.js';
import type { Queryable } from '../database/backend/transaction.js';
import type { Batch } from './batch-view.js';
import { batches, batchSlices } from './batches.table.js';
import type { BatchStatus } from './batches.table.js';

/**
 * Small enough to delay live messages only slightly, and also other transactions when all share one connection
 * (PGlite).
 */
const SLICE_USERS = 25;
const KEPT = sql`now() - interval '30 days'`;

export type NewBatch = typeof batches.$inferInsert;
export type BatchChanges = PgUpdateSetSource<typeof batches>;

/** Batches and their remaining slices. Every method takes the database or the transaction to use. */
@Injectable()
export class BatchesRepository {
  /** Stores a batch. `userIds` null: all users. Also deletes batches that ended more than 30 days ago. */
  async insert(db: Queryable, batch: NewBatch, userIds: readonly string[] | null): Promise<Batch> {
    await db.delete(batches).where(lt(batches.finishedAt, KEPT));
    const [row] = await db.insert(batches).values(batch).returning();
    if (!row) throw new Error('the insert of a batch returned no row');
    if (userIds === null) await db.insert(batchSlices).values({ batchId: row.id, number: 0, userIds: null });
    else await insertSlices(db, row.id, userIds);
    return row;
  }

  async find(db: Queryable, id: string): Promise<Batch | null> {
    const [row] = await db.select().from(batches).where(eq(batches.id, id));
    return row ?? null;
  }

  /** Locks the batch until the transaction ends. */
  async lock(db: Queryable, id: string): Promise<Batch | null> {
    const [row] = await db.select().from(batches).where(eq(batches.id, id)).for('update');
    return row ?? null;
  }

  /** Newest first. */
  list(db: Queryable, status: BatchStatus | undefined, after: string | null, take: number): Promise<Batch[]> {
    return db
      .select()
      .from(batches)
      .where(
        and(
          status === undefined ? undefined : eq(batches.status, status),
          after === null ? undefined : lt(batches.id, after),
        ),
      )
      .orderBy(desc(batches.id))
      .limit(take);
  }

  /** Deletes and returns a slice; undefined if it does not exist any more. */
  async takeSlice(db: Queryable, id: string, number: number): Promise<{ userIds: string[] | null } | undefined> {
    const [slice] = await db
      .delete(batchSlices)
      .where(and(eq(batchSlices.batchId, id), eq(batchSlices.number, number)))
      .returning({ userIds: batchSlices.userIds });
    return slice;
  }

  async removeSlices(db: Queryable, id: string): Promise<void> {
    await db.delete(batchSlices).where(eq(batchSlices.batchId, id));
  }

  async update(db: Queryable, id: string, changes: BatchChanges): Promise<Batch> {
    const [row] = await db.update(batches).set(changes).where(eq(batches.id, id)).returning();
    if (!row) throw new Error(`batch ${id} does not exist`);
    return row;
  }
}

/** A single statement with a single parameter for the users, even for 100,000 users. */
async function insertSlices(db: Queryable, id: string, userIds: readonly string[]): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO batch_slices (batch_id, number, user_ids)
        SELECT ${id}::uuid, (place - 1) / ${SLICE_USERS}::int, array_agg(user_id ORDER BY place)
        FROM json_array_elements_text(${JSON.stringify(userIds)}::json) WITH ORDINALITY AS row(user_id, place)
        GROUP BY 2`,
  );
}
