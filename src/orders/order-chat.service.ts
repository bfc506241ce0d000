import { Injectable } from '@nestjs/common';
import { and, asc, eq, gt } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Principal } from '../auth/principal.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { UUID } from '../database/uuid.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { pageOf, pageRequest } from '../pagination/page.js';
import type { Page, PageQuery } from '../pagination/page.js';
import type { RequestMarker } from '../realtime/connection.js';
import { ownGroup } from '../streams/own-group.js';
import { StreamLog } from '../streams/stream-log.js';
import { requireRelation } from './order-relation.js';
import { messageView } from './order-view.js';
import type { OrderMessageDto } from './order-messages.dto.js';
import { OrdersRepository } from './orders.repository.js';
import { orderMessages } from './orders.table.js';

/** The chat between an order's customer and its partner. */
@Injectable()
export class OrderChat {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly streamLog: StreamLog,
    private readonly idempotency: Idempotency,
  ) {}

  /** Oldest first. Throws not_found, forbidden for all but the two. */
  async list(principal: Principal, orderId: string, query: PageQuery): Promise<Page<OrderMessageDto>> {
    const id = await this.participantsOrder(principal, orderId);
    const request = pageRequest(query, UUID);
    const after = request.after === null ? undefined : gt(orderMessages.id, request.after);
    const rows = await this.database.db
      .select()
      .from(orderMessages)
      .where(and(eq(orderMessages.orderId, id), after))
      .orderBy(asc(orderMessages.id))
      .limit(request.take);
    return pageOf(rows, request, (row) => row.id, messageView);
  }

  /** Over REST. Throws not_found, forbidden for all but the two. */
  async post(
    request: IdempotentRequest | null,
    principal: Principal,
    orderId: string,
    text: string,
  ): Promise<OrderMessageDto> {
    const id = await this.participantsOrder(principal, orderId);
    return this.idempotency.run(request, (tx) => this.add(tx, principal, id, text, null));
  }

  /** Over a socket: the sender's own copy of the message answers the request. Throws as `post`. */
  async say(principal: Principal, orderId: string, text: string, request: RequestMarker | null): Promise<void> {
    const id = await this.participantsOrder(principal, orderId);
    await this.database.transaction((tx) => this.add(tx, principal, id, text, request));
  }

  private async add(
    tx: Transaction,
    { userId }: Principal,
    orderId: string,
    text: string,
    request: RequestMarker | null,
  ): Promise<OrderMessageDto> {
    const [row] = await tx.db
      .insert(orderMessages)
      .values({ id: uuidv7(), orderId, senderId: userId, text })
      .returning();
    if (!row) throw new Error('the insert of a chat message gave no row');
    const message = messageView(row);
    const stream = `order_${orderId}`;
    const groupMessage = { type: 'chat_message', message, ...(request && { request }) };
    this.streamLog.append(tx, stream, groupMessage, { group: ownGroup(stream) });
    return message;
  }

  private async participantsOrder(principal: Principal, orderId: string): Promise<string> {
    const row = await this.repository.find(orderId);
    requireRelation(row, principal, ['customer', 'partner']);
    return row.order.id;
  }
}
