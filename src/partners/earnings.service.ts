import { Injectable } from '@nestjs/common';
import { and, eq, sum } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import type { Queryable, Transaction } from '../database/backend/transaction.js';
import { UUID } from '../database/uuid.js';
import { pageOf } from '../pagination/page.js';
import { readAll } from '../pagination/read-all.js';
import { timeClauses, timePage } from '../pagination/time-list.js';
import type { TimePage } from '../pagination/time-list.js';
import { partnerStream } from '../streams/names/group-names.js';
import { StreamLog } from '../streams/stream-log.js';
import { earnings } from './earnings.table.js';
import { partnerShare } from './partner-share.js';
import type { EarningsDto, EarningsQuery } from './partners.dto.js';
import { partners } from './partners.table.js';

export interface NewEarning {
  readonly partnerId: string;
  readonly orderId: string;
  /** The total of the order as decimal text, such as `25.50`. The partner earns PARTNER_SHARE of it. */
  readonly orderTotal: string;
}

/** One line of a file. */
interface EarningLine {
  readonly order_id: string;
  /** Decimal text with two decimals. */
  readonly amount: string;
  readonly currency: string;
  readonly created_at: string;
}

type EarningRow = typeof earnings.$inferSelect;

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
  async book(tx: Transaction, { partnerId, orderId, orderTotal }: NewEarning): Promise<void> {
    const amount = partnerShare(orderTotal, this.settings.orders.partnerShare);
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

  /** The partner's totals and a page of earnings, by default the newest first. Throws invalid_message. */
  async list(partnerId: string, query: EarningsQuery): Promise<EarningsDto> {
    const { db } = this.database;
    const page = timePage(query, UUID, '-created_at');
    const shown = pageOf(
      await this.read(partnerId, page),
      page,
      (row) => row.id,
      (row) => ({ order_id: row.orderId, amount: Number(row.amount), created_at: row.createdAt.toISOString() }),
    );
    const { where } = timeClauses({ ...page, after: null }, earnings.id, earnings.createdAt);
    const isLimited = page.createdAfter !== null || page.createdBefore !== null;
    return {
      total: Number(await this.total(db, partnerId)),
      ...(isLimited && { total_in_range: Number(await this.total(db, partnerId, where)) }),
      currency: this.settings.orders.currency,
      ...shown,
    };
  }

  /**
   * All earnings in the time of the query, for a file. Reads 1,000 rows at a time, so a partner can have any number of
   * earnings. The first rows are read before this resolves. Throws invalid_message.
   */
  async file(partnerId: string, query: EarningsQuery): Promise<AsyncIterable<EarningLine>> {
    const { currency } = this.settings.orders;
    return readAll(
      timePage(query, UUID, '-created_at'),
      (page) => this.read(partnerId, page),
      ({ orderId, amount, createdAt }) => ({
        order_id: orderId,
        amount,
        currency,
        created_at: createdAt.toISOString(),
      }),
    );
  }

  private read(partnerId: string, page: TimePage): Promise<EarningRow[]> {
    const { where, order } = timeClauses(page, earnings.id, earnings.createdAt);
    return this.database.db
      .select()
      .from(earnings)
      .where(and(eq(earnings.partnerId, partnerId), where))
      .orderBy(order)
      .limit(page.take);
  }

  private async total(db: Queryable, partnerId: string, where?: SQL): Promise<string> {
    const [row] = await db
      .select({ total: sum(earnings.amount) })
      .from(earnings)
      .where(and(eq(earnings.partnerId, partnerId), where));
    return row?.total ?? '0';
  }
}
