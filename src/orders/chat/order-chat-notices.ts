import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import type { Transaction } from '../../database/backend/transaction.js';
import { unlinked } from '../../text/unlinked-text.js';
import { NotificationSender } from '../../notifications/sending/notification-sender.js';
import { NotificationsService } from '../../notifications/notification/notifications.service.js';
import { orderChatNotifications } from '../order/orders.table.js';

/** A notification shows at most this many chat messages (the newest ones) and characters. */
const MOST_LINES = 5;
const SHOWN_CHARACTERS = /^.{0,1000}/su;

interface ChatReader {
  readonly orderId: string;
  readonly userId: string;
  readonly role: 'partner' | 'customer';
}

/** Creates and replaces the one notification that a participant has for an order's chat. */
@Injectable()
export class OrderChatNotices {
  constructor(
    private readonly sender: NotificationSender,
    private readonly notifications: NotificationsService,
  ) {}

  /**
   * Creates a notification of these chat messages, oldest first. It replaces the previous one if that is still unread.
   * Requires the lock on the participant's row in `order_chat_notifications`.
   */
  async replace(
    tx: Transaction,
    { orderId, userId, role }: ChatReader,
    former: string | null,
    lines: readonly { readonly text: string }[],
  ): Promise<void> {
    const withdrawn = former === null ? null : await this.notifications.withdraw(tx, userId, former);
    const before = Number(withdrawn?.data.count ?? 0);
    const data = {
      order_id: orderId,
      sender: role === 'partner' ? 'customer' : 'partner',
      count: before + lines.length,
      text: shown(lines.map(({ text }) => unlinked(text))),
    };
    const [notification] = await this.sender.notify(tx, [userId], { notificationType: 'chat_message', data });
    await tx.db
      .update(orderChatNotifications)
      .set({ notificationId: notification?.id ?? null })
      .where(and(eq(orderChatNotifications.orderId, orderId), eq(orderChatNotifications.userId, userId)));
  }

  /** Call when all messages of the chat have been read. */
  settle(tx: Transaction, userId: string, notificationId: string): Promise<void> {
    return this.notifications.settle(tx, userId, notificationId);
  }
}

function shown(texts: readonly string[]): string {
  const all = texts.slice(-MOST_LINES).join('\n');
  const [start = ''] = SHOWN_CHARACTERS.exec(all) ?? [];
  return start === all ? all : `${start}…`;
}
