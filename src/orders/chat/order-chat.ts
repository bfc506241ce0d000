import { Injectable } from '@nestjs/common';
import { and, eq, gte, ilike, isNull, lte, ne } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Principal } from '../../auth/principal/principal.js';
import type { Message, MessageObject } from '../../channel-layer/interface/message.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { isUuid, UUID } from '../../database/uuid.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { pageOf } from '../../pagination/page.js';
import type { Page } from '../../pagination/page.js';
import { timeClauses, timePage } from '../../pagination/time-list.js';
import { containing } from '../../database/containing.js';
import type { RequestMarker } from '../../realtime/connection/connection.js';
import { orderStream, partnerStream, userStream } from '../../streams/names/group-names.js';
import { ownGroup } from '../../streams/names/own-group.js';
import { StreamLog } from '../../streams/stream-log.js';
import { OrderChatAccess } from './order-chat-access.js';
import { messageView } from '../order/order-view.js';
import type { OrderRow } from '../order/order-view.js';
import type { OrderMessageDto, OrderMessageListQuery } from '../requests/order-messages.dto.js';
import { OrdersRepository } from '../order/orders.repository.js';
import { orderMessages } from '../order/orders.table.js';
import { OrderChatNotifications } from './order-chat-notifications.js';
import { UnreadMessages } from './unread-messages.js';

/** The chat between an order's customer and its partner. */
@Injectable()
export class OrderChat {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly streamLog: StreamLog,
    private readonly access: OrderChatAccess,
    private readonly notifications: OrderChatNotifications,
    private readonly unread: UnreadMessages,
  ) {}

  /**
   * A socket of the principal cannot resume from before this position in the order's stream. Records the socket of an administrator
   * in the audit log.
   */
  async notBefore(row: OrderRow, principal: Principal): Promise<number> {
    await this.access.noteRead(row, principal, 'socket_opened');
    return this.access.notBefore(row, principal);
  }

  /** The messages that the principal may read, by default the oldest first. Throws not_found, forbidden; see `OrderChatAccess`. */
  async list(principal: Principal, orderId: string, query: OrderMessageListQuery): Promise<Page<OrderMessageDto>> {
    const row = await this.repository.find(orderId);
    const { id } = row.order;
    const since = await this.access.readableSince(row, principal);
    await this.access.noteRead(row, principal, 'chat_read');
    const page = timePage(query, UUID, 'created_at');
    const { where, order } = timeClauses(page, orderMessages.id, orderMessages.createdAt);
    const found = query.q === undefined ? undefined : ilike(orderMessages.text, containing(query.q));
    const rows = await this.database.db
      .select()
      .from(orderMessages)
      .where(and(eq(orderMessages.orderId, id), where, found, writtenSince(since)))
      .orderBy(order)
      .limit(page.take);
    return pageOf(rows, page, (row) => row.id, messageView);
  }

  /** The number of messages that the principal has not read. Throws not_found, or forbidden for other users. */
  async unreadCount(principal: Principal, orderId: string): Promise<number> {
    const row = await this.participantsOrder(principal, orderId);
    return this.unread.ofOrder(principal.userId, row.order.id);
  }

  /** Posts a message over REST. Throws not_found, or forbidden unless the principal is the customer or the partner. */
  async post(
    request: IdempotentRequest | null,
    principal: Principal,
    orderId: string,
    text: string,
  ): Promise<OrderMessageDto> {
    const order = await this.participantsOrder(principal, orderId);
    return this.database.transaction((tx) => this.add(tx, principal, order, text, null), { once: request });
  }

  /**
   * Posts a message over a socket. The sender's own copy of the message is the answer to the request. Throws the same errors as `post`.
   */
  async postFromSocket(
    principal: Principal,
    orderId: string,
    text: string,
    request: RequestMarker | null,
  ): Promise<void> {
    const order = await this.participantsOrder(principal, orderId);
    await this.database.transaction((tx) => this.add(tx, principal, order, text, request));
  }

  /**
   * Marks the other participant's messages as read, up to and including this one. Publishes `chat_read` on the order's
   * sockets and on the reader's own sockets if any message was unread. Throws not_found for a message that is not in this chat, and the errors of
   * `post`.
   */
  async markRead(principal: Principal, orderId: string, messageId: string): Promise<void> {
    const row = await this.repository.find(orderId);
    this.access.requireWriter(row, principal);
    const since = await this.access.readableSince(row, principal);
    const reader = { id: row.order.id, since, ownStream: ownStreamOf(row, principal) };
    await this.database.transaction((tx) => this.markUpTo(tx, principal, reader, messageId));
  }

  private async markUpTo(
    tx: Transaction,
    { userId }: Principal,
    { id: orderId, since, ownStream }: { readonly id: string; readonly since: Date | null; readonly ownStream: string },
    messageId: string,
  ): Promise<void> {
    const ofThisChat = and(eq(orderMessages.orderId, orderId), writtenSince(since));
    const [last] = isUuid(messageId)
      ? await tx.db
          .select({ id: orderMessages.id })
          .from(orderMessages)
          .where(and(ofThisChat, eq(orderMessages.id, messageId)))
      : [];
    if (!last) throw new ServiceError('not_found', 'There is no such message in this chat.');
    const linesRead = await this.notifications.expectReading(tx, orderId, userId);
    const readAt = new Date();
    const unread = and(ofThisChat, ne(orderMessages.senderId, userId), isNull(orderMessages.readAt));
    const read = await tx.db
      .update(orderMessages)
      .set({ readAt })
      .where(and(unread, lte(orderMessages.id, last.id)))
      .returning({ id: orderMessages.id });
    if (read.length === 0) return;
    await linesRead();
    const message = { type: 'chat_read', user_id: userId, message_id: last.id, read_at: readAt.toISOString() };
    this.append(tx, orderId, message);
    const unreadCount = await this.unread.ofOrder(userId, orderId, tx.db);
    this.inform(tx, ownStream, { ...message, order_id: orderId, unread_count: unreadCount });
  }

  /** Sends a message to the sockets of a participant that are not those of the order. */
  private inform(tx: Transaction, stream: string, message: MessageObject): void {
    // Django consumers do not know this type, so it is published to the service's own group.
    this.streamLog.append(tx, stream, { type: 'client_message', message }, { group: ownGroup(stream) });
  }

  private append(tx: Transaction, orderId: string, message: Message): void {
    const stream = orderStream(orderId);
    this.streamLog.append(tx, stream, message, { group: ownGroup(stream) });
  }

  private async add(
    tx: Transaction,
    { userId }: Principal,
    order: OrderRow,
    text: string,
    request: RequestMarker | null,
  ): Promise<OrderMessageDto> {
    const orderId = order.order.id;
    await this.notifications.expectLine(tx, order, userId);
    const [row] = await tx.db
      .insert(orderMessages)
      .values({ id: uuidv7(), orderId, senderId: userId, text })
      .returning();
    if (!row) throw new Error('the insert of a chat message returned no row');
    const message = messageView(row);
    this.append(tx, orderId, { type: 'chat_message', message, ...(request && { request }) });
    const recipient = await this.unread.recipientOf(tx.db, orderId, userId);
    if (recipient) {
      const unreadCount = await this.unread.ofOrder(recipient.userId, orderId, tx.db);
      this.inform(tx, recipient.stream, {
        type: 'chat_message',
        order_id: orderId,
        message,
        unread_count: unreadCount,
      });
    }
    return message;
  }

  private async participantsOrder(principal: Principal, orderId: string): Promise<OrderRow> {
    const row = await this.repository.find(orderId);
    this.access.requireWriter(row, principal);
    return row;
  }
}

/** The stream of the participant's sockets that are not those of the order. */
function ownStreamOf({ order }: OrderRow, { userId }: Principal): string {
  return order.customerId === userId ? userStream(userId) : partnerStream(order.partnerId ?? '');
}

function writtenSince(since: Date | null): SQL | undefined {
  return since === null ? undefined : gte(orderMessages.createdAt, since);
}
