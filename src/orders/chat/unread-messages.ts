import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import type { Queryable } from '../../database/backend/transaction.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { partnerStream, userStream } from '../../streams/names/group-names.js';
import type { UnreadMessagesDto } from '../requests/order-messages.dto.js';

/** The orders with the most recent ids that are listed. */
const MOST_ORDERS = 100;

/** The participant who reads what the other one writes. */
export interface Recipient {
  readonly userId: string;
  readonly role: 'customer' | 'partner';
  /** The stream of the recipient's own sockets: notifications for customers, `/ws/partner/` for partners. */
  readonly stream: string;
}

interface CountRow {
  readonly order_id: string;
  readonly unread: number;
}

interface SidesRow {
  readonly customer_id: string;
  readonly partner_id: string | null;
  readonly partner_user_id: string | null;
}

/** How many chat messages a participant has not read. Partners do not count messages from before their assignment. */
@Injectable()
export class UnreadMessages {
  constructor(private readonly database: Database) {}

  /** All orders of the user with unread messages, the newest orders first. */
  async all(userId: string): Promise<UnreadMessagesDto> {
    const rows = await this.count(this.database.db, userId, null);
    return {
      total: rows.reduce((total, { unread }) => total + unread, 0),
      results: rows.slice(0, MOST_ORDERS).map(({ order_id, unread }) => ({ order_id, unread_count: unread })),
    };
  }

  /** Inside a transaction, pass its `tx.db`. */
  async ofOrder(userId: string, orderId: string, db: Queryable = this.database.db): Promise<number> {
    const [row] = await this.count(db, userId, orderId);
    return row?.unread ?? 0;
  }

  /**
   * Who reads a message of this sender; null: no partner is assigned. Call after inserting the message: from then on, the
   * order cannot be assigned to another partner before the transaction ends. Throws forbidden if it was assigned to
   * another partner meanwhile.
   */
  async recipientOf(db: Queryable, orderId: string, senderId: string): Promise<Recipient | null> {
    const recipient = await this.otherSide(db, orderId, senderId);
    if (recipient === undefined) throw new ServiceError('forbidden', 'This order is not yours.');
    return recipient;
  }

  /** The other participant; null: no partner is assigned; undefined: the user is not a participant. */
  async otherSide(db: Queryable, orderId: string, userId: string): Promise<Recipient | null | undefined> {
    const { rows } = await execute<SidesRow>(
      db,
      sql`SELECT customer_id, partner_id, partners.user_id AS partner_user_id
          FROM orders LEFT JOIN partners ON partners.id = orders.partner_id WHERE orders.id = ${orderId}`,
    );
    const [{ customer_id: customerId, partner_id: partnerId, partner_user_id: partnerUserId } = NO_SIDES] = rows;
    if (userId === partnerUserId) return { userId: customerId, role: 'customer', stream: userStream(customerId) };
    if (userId !== customerId) return undefined;
    if (partnerId === null || partnerUserId === null) return null;
    return { userId: partnerUserId, role: 'partner', stream: partnerStream(partnerId) };
  }

  private async count(db: Queryable, userId: string, orderId: string | null): Promise<CountRow[]> {
    const one = orderId === null ? sql`` : sql`AND orders.id = ${orderId}`;
    const { rows } = await execute<CountRow>(
      db,
      sql`WITH mine AS (
            SELECT id, '-infinity'::timestamptz AS since FROM orders WHERE customer_id = ${userId} ${one}
            UNION ALL
            SELECT orders.id, coalesce((
              SELECT created_at FROM order_history
              WHERE order_id = orders.id AND event = 'assigned' ORDER BY sequence DESC LIMIT 1), '-infinity')
            FROM orders JOIN partners ON partners.id = orders.partner_id WHERE partners.user_id = ${userId} ${one}
          )
          SELECT mine.id AS order_id, count(*)::int AS unread
          FROM mine JOIN order_messages message ON message.order_id = mine.id
          WHERE message.read_at IS NULL AND message.sender_id <> ${userId} AND message.created_at >= mine.since
          GROUP BY mine.id ORDER BY mine.id DESC`,
    );
    return rows;
  }
}

const NO_SIDES: SidesRow = { customer_id: '', partner_id: null, partner_user_id: null };
