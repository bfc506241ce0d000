import { Injectable } from '@nestjs/common';
import { and, eq, ne, or } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import type { Job } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Queue } from '../../jobs/queue.js';
import { NotificationsService } from '../../notifications/notification/notifications.service.js';
import { NotificationSender } from '../../notifications/sending/notification-sender.js';
import { orderCalls } from './order-calls.table.js';
import { UnreadMessages } from './unread-messages.js';

/** How long a call rings, in milliseconds. */
const RINGING_MS = 40_000;
/** How long an answer may take that was sent before its sender received the hang-up, in milliseconds. */
const CROSSING_MS = 5_000;

interface CallJob {
  readonly order_id: string;
  readonly caller_id: string;
  readonly call_id: string;
}

/** A signal of a participant. */
export interface CallSignal {
  readonly orderId: string;
  readonly userId: string;
  readonly callId: string;
}

type CallRow = typeof orderCalls.$inferSelect;

/**
 * Turns calls that nobody answers into notifications. A call is missed if its caller hangs up while it rings, or if it
 * is neither answered nor declined within 40 seconds. A job in the transaction of the call ends it, so a crash loses
 * nothing.
 */
@Injectable()
export class OrderCalls {
  private readonly queue: Queue<CallJob>;

  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly participants: UnreadMessages,
    private readonly sender: NotificationSender,
    private readonly notifications: NotificationsService,
  ) {
    this.queue = jobs.declare('missed_call', { concurrency: 4 });
    jobs.handle(this.queue, (job) => this.timeOut(job));
  }

  /** The caller rings. Repeating it for the same call changes nothing. */
  async ring({ orderId, userId: callerId, callId }: CallSignal): Promise<void> {
    await this.database.transaction(async (tx) => {
      const call = { callId, state: 'ringing' as const, rungAt: new Date() };
      const [begun] = await tx.db
        .insert(orderCalls)
        .values({ orderId, callerId, ...call })
        .onConflictDoUpdate({
          target: [orderCalls.orderId, orderCalls.callerId],
          set: call,
          setWhere: or(ne(orderCalls.callId, callId), ne(orderCalls.state, 'ringing')),
        })
        .returning();
      if (begun) await this.endLater(tx, { orderId, userId: callerId, callId }, RINGING_MS);
    });
  }

  /** The other participant answers, or declines by hanging up. */
  async answer({ orderId, userId, callId }: CallSignal): Promise<void> {
    const ringing = and(eq(orderCalls.callId, callId), eq(orderCalls.state, 'ringing'));
    await this.database.db
      .update(orderCalls)
      .set({ state: 'over' })
      .where(and(eq(orderCalls.orderId, orderId), ne(orderCalls.callerId, userId), ringing));
  }

  /** A participant hangs up. If the caller does while the call rings, the call is missed, unless an answer is on its way. */
  async hangUp(signal: CallSignal): Promise<void> {
    await this.answer(signal);
    await this.database.transaction(async (tx) => {
      const [ringing] = await tx.db.select().from(orderCalls).where(ringingCall(signal));
      if (ringing) await this.endLater(tx, signal, CROSSING_MS);
    });
  }

  private async endLater(tx: Transaction, { orderId, userId, callId }: CallSignal, ms: number): Promise<void> {
    const data = { order_id: orderId, caller_id: userId, call_id: callId };
    await this.jobs.enqueue(tx, this.queue, data, { startAfter: new Date(Date.now() + ms) });
  }

  private async timeOut(job: Job<CallJob>): Promise<void> {
    const { order_id: orderId, caller_id: userId, call_id: callId } = job.data;
    await this.database.transaction(async (tx) => {
      await job.finish(tx);
      await this.end(tx, { orderId, userId, callId });
    });
  }

  /** Ends the call if it still rings. The update locks the call, so it is missed once. */
  private async end(tx: Transaction, signal: CallSignal): Promise<void> {
    const [missed] = await tx.db.update(orderCalls).set({ state: 'over' }).where(ringingCall(signal)).returning();
    const changes = missed && (await this.notify(tx, missed));
    if (!changes) return;
    const { orderId, userId } = signal;
    await tx.db
      .update(orderCalls)
      .set(changes)
      .where(and(eq(orderCalls.orderId, orderId), eq(orderCalls.callerId, userId)));
  }

  /** Replaces the notification of earlier missed calls if it is still unread. */
  private async notify(
    tx: Transaction,
    { orderId, callerId, rungAt, missed, notificationId }: CallRow,
  ): Promise<Pick<CallRow, 'missed' | 'notificationId'> | null> {
    const callee = await this.participants.otherSide(tx.db, orderId, callerId);
    if (!callee) return null;
    const former = notificationId && (await this.notifications.withdraw(tx, callee.userId, notificationId));
    const count = former ? missed + 1 : 1;
    const data = { order_id: orderId, caller: callee.role === 'partner' ? 'customer' : 'partner', count };
    const content = { notificationType: 'missed_call', data: { ...data, called_at: rungAt.toISOString() } };
    const [notification] = await this.sender.notify(tx, [callee.userId], content);
    return { missed: count, notificationId: notification?.id ?? null };
  }
}

/** The call of this caller, if it rings. */
function ringingCall({ orderId, userId, callId }: CallSignal): SQL | undefined {
  const { callerId, state } = orderCalls;
  const ofCaller = and(eq(orderCalls.orderId, orderId), eq(callerId, userId));
  return and(ofCaller, eq(orderCalls.callId, callId), eq(state, 'ringing'));
}
