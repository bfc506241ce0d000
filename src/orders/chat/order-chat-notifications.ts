import { Injectable } from '@nestjs/common';
import { and, asc, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import { Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Job } from '../../jobs/job.js';
import type { Queue } from '../../jobs/queue.js';
import { Presence } from '../../presence/presence.js';
import { orderStream } from '../../streams/names/group-names.js';
import { OrderChatAccess } from './order-chat-access.js';
import { OrderChatNotices } from './order-chat-notices.js';
import type { OrderRow } from '../order/order-view.js';
import { orderChatNotifications, orderMessages } from '../order/orders.table.js';

/** How long messages are collected before they are announced in one notification, in milliseconds. */
const GATHER_MS = 10_000;

interface ChatJob {
  readonly order_id: string;
  /** The recipient of the messages. */
  readonly user_id: string;
}

type Line = Pick<typeof orderMessages.$inferSelect, 'id' | 'text' | 'createdAt'>;

/**
 * Notifies participants of chat messages that they missed. Each participant has at most one unread notification per
 * order; later messages replace it. Each message enqueues a job in its own transaction, so a crash loses nothing. The
 * job stores the notification and marks the messages as announced in one transaction, so each message is announced
 * once.
 */
@Injectable()
export class OrderChatNotifications {
  private readonly queue: Queue<ChatJob>;

  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly access: OrderChatAccess,
    private readonly presence: Presence,
    private readonly notices: OrderChatNotices,
    private readonly settings: Settings,
  ) {
    this.queue = jobs.declare('notify_chat', { unique: true, concurrency: 4 });
    jobs.handle(this.queue, (job) => this.work(job));
  }

  /**
   * Call before storing a message of this sender, in the same transaction: the job waits until that transaction ends.
   */
  async expectLine(tx: Transaction, { order, partnerUserId }: OrderRow, senderId: string): Promise<void> {
    const userId = senderId === order.customerId ? partnerUserId : order.customerId;
    if (userId === null || userId === senderId) return;
    await lock(tx, order.id, userId);
    await this.enqueue(tx, { order_id: order.id, user_id: userId }, new Date(Date.now() + GATHER_MS));
  }

  /**
   * Call before marking messages as read, in the same transaction. Call the returned function if any message was
   * marked. A job then marks the notification as read if no unread message is left.
   */
  async expectReading(tx: Transaction, orderId: string, userId: string): Promise<() => Promise<void>> {
    const known = await lock(tx, orderId, userId);
    const data = { order_id: orderId, user_id: userId };
    return async () => {
      if (known !== null) await this.jobs.enqueue(tx, this.queue, data, { key: `${orderId} ${userId} read` });
    };
  }

  private enqueue(tx: Transaction, data: ChatJob, startAfter: Date): Promise<void> {
    return this.jobs.enqueue(tx, this.queue, data, { startAfter, key: `${data.order_id} ${data.user_id}` });
  }

  private async work(job: Job<ChatJob>): Promise<void> {
    const { order_id: orderId, user_id: userId } = job.data;
    const online = await this.presence.lookUp(orderStream(orderId));
    const reader = await this.access.participant(orderId, userId);
    await this.database.transaction(async (tx) => {
      await job.finish(tx);
      const known = await lock(tx, orderId, userId);
      const lines = await unannounced(tx, orderId, userId);
      const visible = lines.filter(({ createdAt }) => reader !== null && (reader.since ?? createdAt) <= createdAt);
      if (online.has(userId) && visible.length > 0) return this.waitForAnswer(tx, job.data, visible);
      if (reader && visible.length > 0) await this.notices.replace(tx, { orderId, ...reader }, known, visible);
      else if (known !== null && !(await hasUnread(tx, orderId, userId))) {
        await this.notices.settle(tx, userId, known);
      }
      await announced(tx, lines);
    });
  }

  /**
   * A broken socket counts as open until it misses a pong. This waits for one ping interval and one pong timeout after
   * each message: a socket that is still open by then has received the message.
   */
  private async waitForAnswer(tx: Transaction, data: ChatJob, lines: readonly Line[]): Promise<void> {
    const { pingInterval, pongTimeout } = this.settings.sockets;
    const dueAt = ({ createdAt }: Line): number => createdAt.getTime() + (pingInterval + pongTimeout) * 1_000;
    const waiting = lines.filter((line) => dueAt(line) > Date.now());
    await announced(
      tx,
      lines.filter((line) => !waiting.includes(line)),
    );
    if (waiting.length > 0) await this.enqueue(tx, data, new Date(Math.max(...waiting.map(dueAt))));
  }
}

/**
 * Blocks other messages to the user in this chat until the transaction ends. Returns the newest notification's id, if
 * there is one.
 */
async function lock(tx: Transaction, orderId: string, userId: string): Promise<string | null> {
  const [row] = await tx.db
    .insert(orderChatNotifications)
    .values({ orderId, userId })
    .onConflictDoUpdate({
      target: [orderChatNotifications.orderId, orderChatNotifications.userId],
      set: { userId },
    })
    .returning({ notificationId: orderChatNotifications.notificationId });
  return row?.notificationId ?? null;
}

/** Oldest first. */
function unannounced(tx: Transaction, orderId: string, userId: string): Promise<Line[]> {
  const { id, text, createdAt, announcedAt } = orderMessages;
  return tx.db
    .select({ id, text, createdAt })
    .from(orderMessages)
    .where(and(unreadBy(orderId, userId), isNull(announcedAt)))
    .orderBy(asc(id));
}

async function hasUnread(tx: Transaction, orderId: string, userId: string): Promise<boolean> {
  const found = await tx.db
    .select({ id: orderMessages.id })
    .from(orderMessages)
    .where(unreadBy(orderId, userId))
    .limit(1);
  return found.length > 0;
}

function unreadBy(orderId: string, userId: string) {
  const { senderId, readAt } = orderMessages;
  return and(eq(orderMessages.orderId, orderId), ne(senderId, userId), isNull(readAt));
}

async function announced(tx: Transaction, lines: readonly Line[]): Promise<void> {
  if (lines.length === 0) return;
  const ids = lines.map(({ id }) => id);
  await tx.db
    .update(orderMessages)
    .set({ announcedAt: sql`now()` })
    .where(inArray(orderMessages.id, ids));
}
