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

/** What partners earned. Amounts are exact in the database and become JSON numbers only on the way out. */
@Injectable()
export class EarningsService {
  constructor(
    private readonly database: Database,
    private readonly streamLog: StreamLog,
    private readonly settings: Settings,
  ) {}

  /**
   * Books what an order brings, in the transaction that completes it, and tells the partner. An order brings it once: the
   * second booking breaks the transaction.
   */
  async book(tx: Transaction, { partnerId, orderId, amount }: NewEarning): Promise<void> {
    // Held until commit: of two bookings at once, the total of the second must have the first in it.
    await tx.db.select({ id: partners.id }).from(partners).where(eq(partners.id, partnerId)).for('no key update');
    await tx.db.insert(earnings).values({ id: uuidv7(), partnerId, orderId, amount });
    this.streamLog.append(tx, partnerStream(partnerId), {
      type: 'earnings_update',
      amount: Number(amount),
      total: Number(await this.total(tx.db, partnerId)),
      order_id: orderId,
    });
  }

  /** All there is and a page of what it is made of, newest first. */
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
    return { total: Number(await this.total(db, partnerId)), currency: this.settings.currency, ...page };
  }

  private async total(db: Queryable, partnerId: string): Promise<string> {
    const [row] = await db
      .select({ total: sum(earnings.amount) })
      .from(earnings)
      .where(eq(earnings.partnerId, partnerId));
    return row?.total ?? '0';
  }
}
