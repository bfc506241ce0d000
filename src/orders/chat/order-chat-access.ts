import { Injectable } from '@nestjs/common';
import { and, desc, eq, sql } from 'drizzle-orm';
import { AuditLog } from '../../audit/audit-log.js';
import type { Principal } from '../../auth/principal/principal.js';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { orderStream } from '../../streams/names/group-names.js';
import { relationTo, requireRelation } from '../order/order-relation.js';
import type { OrderRow } from '../order/order-view.js';
import { orderHistory } from '../order/orders.table.js';
import { OrdersRepository } from '../order/orders.repository.js';

export interface Participant {
  readonly userId: string;
  readonly role: 'customer' | 'partner';
  /** Null: from the beginning. */
  readonly since: Date | null;
}

/** The part of a principal that determines which chat messages they may read. */
export type Reader = Pick<Principal, 'kind' | 'userId' | 'role'>;

/**
 * Decides who may read and write the chat of an order. The customer and the assigned partner may write. Both and
 * administrators may read. A partner may read only messages written since the order was assigned to them.
 */
@Injectable()
export class OrderChatAccess {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly audit: AuditLog,
  ) {}

  /** Records in the audit log that an administrator reads the chat. */
  async noteRead({ order }: OrderRow, reader: Principal, action: 'chat_read' | 'socket_opened'): Promise<void> {
    if (reader.role === 'admin') await this.audit.noteRead(reader, action, { type: 'order', id: order.id });
  }

  /**
   * The user's role in the order, and the time from which they may read. Null: neither its customer nor its partner.
   */
  async participant(orderId: string, userId: string): Promise<Participant | null> {
    const row = await this.repository.find(orderId);
    const role = row.order.customerId === userId ? 'customer' : 'partner';
    const reader: Reader = { kind: 'user', userId, role };
    if (relationTo(row, reader) === null) return null;
    return { userId, role, since: await this.readableSince(row, reader) };
  }

  /** Throws forbidden. */
  requireWriter(row: OrderRow, principal: Principal): void {
    requireRelation(row, principal, ['customer', 'partner']);
  }

  /** The time from which the principal may read. Null: from the beginning. Throws forbidden. */
  async readableSince(row: OrderRow, principal: Reader): Promise<Date | null> {
    requireRelation(row, principal, ['customer', 'partner', 'admin']);
    const { id, partnerId } = row.order;
    if (relationTo(row, principal) !== 'partner' || partnerId === null) return null;
    const ofOrder = and(eq(orderHistory.orderId, id), eq(orderHistory.event, 'assigned'));
    const [assigned] = await this.database.db
      .select({ createdAt: orderHistory.createdAt })
      .from(orderHistory)
      .where(ofOrder)
      .orderBy(desc(orderHistory.sequence))
      .limit(1);
    return assigned?.createdAt ?? null;
  }

  /**
   * The position in the order's stream up to which the principal may not read. For a partner, entries before the
   * assignment to them are excluded.
   */
  async notBefore(row: OrderRow, principal: Principal): Promise<number> {
    const { id, partnerId } = row.order;
    if (relationTo(row, principal) !== 'partner') return 0;
    const { rows } = await execute<{ position: string | null }>(
      this.database.db,
      sql`WITH updates AS (
            SELECT position, payload->'data'->>'partner_id' AS partner FROM stream_entries
            WHERE stream = ${orderStream(id)} AND type = 'order_update'
          )
          SELECT min(position) - 1 AS position FROM updates
          WHERE partner = ${partnerId} AND position >
            (SELECT coalesce(max(position), 0) FROM updates WHERE partner IS DISTINCT FROM ${partnerId})`,
    );
    return Number(rows[0]?.position ?? 0);
  }
}
