import { Injectable } from '@nestjs/common';
import { and, desc, eq, lt, sum } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import type { Queryable, Transaction } from '../database/backend/transaction.js';
import { UUID } from '../database/uuid.js';
import { pageOf, pageRequest } from '../pagination/page.js';
import type { PageQuery } from '../pagination/page.js';
import { partnerStream } from '../streams/names/group-names.js';
import { StreamLog } from '../streams/stream-log.js';
import { earnings } from './earnings.table.js';
import type { EarningsDto } from './partners.dto.js';
import { partners } from './partners.table.js';

export interface NewEarning {
  readonly partnerId: string;
  readonly orderId: string;
  /** Decimal text, such as `25.50`. */
  readonly amount: string;
}

/**
 * Earnings of partners. Amounts are exact in the database and are converted to JSON numbers only in answers and
 * messages.
 */
@Injectable()
export class EarningsService {
  constructor(
    private readonly database: Database,
    private readonly streamLog: StreamLog,
    private readonly settings: Settings,
  ) {}

  /**
   * Books the earning of an order in the transaction that completes the order, and publishes it to the partner. Each
   * order can be booked once: a second booking violates a constraint and aborts the transaction.
   */
  async book(tx: Transaction, { partnerId, orderId, amount }: NewEarning): Promise<void> {
    // Hold this lock until commit: of two concurrent bookings, the total of the second must include the first.
    await tx.db.select({ id: partners.id }).from(partners).where(eq(partners.id, partnerId)).for('no key update');
    await tx.db.insert(earnings).values({ id: uuidv7(), partnerId, orderId, amount });
    this.streamLog.append(tx, partnerStream(partnerId), {
      type: 'earnings_update',
      amount: Number(amount),
      total: Number(await this.total(tx.db, partnerId)),
      order_id: orderId,
    });
  }

  /** The partner's total and a page of earnings, newest first. */
  async list(partnerId: string, query: PageQuery): Promise<EarningsDto> {
    const request = pageRequest(query, UUID);
    const { db } = this.database;
    const rows = await db
      .select()
      .from(earnings)
      .where(
        and(eq(earnings.partnerId, partnerId), request.after === null ? undefined : lt(earnings.id, request.after)),
      )
      .orderBy(desc(earnings.id))
      .limit(request.take);
    const page = pageOf(
      rows,
      request,
      (row) => row.id,
      (row) => ({ order_id: row.orderId, amount: Number(row.amount), created_at: row.createdAt.toISOString() }),
    );
    return { total: Number(await this.total(db, partnerId)), currency: this.settings.orders.currency, ...page };
  }

  private async total(db: Queryable, partnerId: string): Promise<string> {
    const [row] = await db
      .select({ total: sum(earnings.amount) })
      .from(earnings)
      .where(eq(earnings.partnerId, partnerId));
    return row?.total ?? '0';
  }
}
