import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import type { NotificationView } from './notification-view.js';
import type { EscalationStep, NotificationChannel } from '../../notification-types/types/notification-type.js';

/**
 * The requested delivery of notifications. Absent members are decided by the notification type and the users'
 * preferences.
 */
export interface DeliveryRequest {
  /** Absent: the channels of the type. */
  readonly channels?: readonly NotificationChannel[];
  /** Absent: the escalation of the type. */
  readonly escalate?: readonly EscalationStep[];
}

/** A notification that has just been stored. */
export interface CreatedNotification {
  /** Null: a broadcast. */
  readonly userId: string | null;
  readonly view: NotificationView;
}

/** The notifications created by one call, and the delivery requested for them. */
export interface CreatedNotifications {
  /** In the order of creation. Either notifications of users only or a single broadcast. */
  readonly notifications: readonly CreatedNotification[];
  readonly request: DeliveryRequest;
  /**
   * Excludes a user's notification from the live stream: it is listed and counted, but not sent to the user's sockets.
   */
  readonly withhold: (notificationId: string) => void;
}

/** A notification that was retracted. */
export interface RetractedNotification {
  readonly id: string;
  /** Null: a broadcast. */
  readonly userId: string | null;
  /** Whether it has expired. Default: false. */
  readonly isExpired?: boolean;
}

type RetractedListener = (tx: Transaction, retracted: RetractedNotification) => Promise<void>;
type CreatedListener = (tx: Transaction, created: CreatedNotifications) => Promise<void>;
/** `ids`: ids of notifications, or all that the user had not read. */
type SeenListener = (tx: Transaction, userId: string, ids: readonly string[] | 'all') => Promise<void>;

/**
 * Reports events of notifications to the rooms that depend on this one. Listeners run inside the transaction of the
 * event. If a listener throws, the transaction is rolled back, and what a listener stores is committed together with
 * the notification. Subscribe in a constructor or in `onModuleInit`; subscriptions last until the application stops.
 * Listeners run one after the other.
 */
@Injectable()
export class NotificationEvents {
  private readonly createdListeners: CreatedListener[] = [];
  private readonly readListeners: SeenListener[] = [];
  private readonly deletedListeners: SeenListener[] = [];
  private readonly archivedListeners: SeenListener[] = [];
  private readonly retractedListeners: RetractedListener[] = [];
  private readonly acknowledgedListeners: SeenListener[] = [];
  private readonly writtenListeners: ((notificationId: string) => void)[] = [];

  /** Notifications were created. Called before their live messages are appended. */
  onCreated(listener: CreatedListener): void {
    this.createdListeners.push(listener);
  }

  /** The owner read the notifications. */
  onRead(listener: SeenListener): void {
    this.readListeners.push(listener);
  }

  /** The owner deleted unread notifications. */
  onDeleted(listener: SeenListener): void {
    this.deletedListeners.push(listener);
  }

  /** The owner archived unread notifications. */
  onArchived(listener: SeenListener): void {
    this.archivedListeners.push(listener);
  }

  /** An administrator retracted a notification. */
  onRetracted(listener: RetractedListener): void {
    this.retractedListeners.push(listener);
  }

  /** A client of the owner acknowledged the notifications. */
  onAcknowledged(listener: SeenListener): void {
    this.acknowledgedListeners.push(listener);
  }

  /**
   * A notification was written to a socket of its user on this node, possibly again. Called for every write, so the
   * listener must be cheap.
   */
  onWritten(listener: (notificationId: string) => void): void {
    this.writtenListeners.push(listener);
  }

  /** For use in `notifications` only. Returns the ids of the notifications to exclude from live streams. */
  async created(
    tx: Transaction,
    notifications: readonly CreatedNotification[],
    request: DeliveryRequest,
  ): Promise<ReadonlySet<string>> {
    const withheld = new Set<string>();
    const withhold = (notificationId: string): void => void withheld.add(notificationId);
    for (const listener of this.createdListeners) await listener(tx, { notifications, request, withhold });
    return withheld;
  }

  /** For use in `notifications` only. */
  async read(tx: Transaction, userId: string, ids: readonly string[] | 'all'): Promise<void> {
    for (const listener of this.readListeners) await listener(tx, userId, ids);
  }

  /** For use in `notifications` only. */
  async deleted(tx: Transaction, userId: string, ids: readonly string[]): Promise<void> {
    for (const listener of this.deletedListeners) await listener(tx, userId, ids);
  }

  /** For use in `notifications` only. */
  async archived(tx: Transaction, userId: string, ids: readonly string[]): Promise<void> {
    for (const listener of this.archivedListeners) await listener(tx, userId, ids);
  }

  /** For use in `notifications` only. */
  async retracted(tx: Transaction, retracted: RetractedNotification): Promise<void> {
    for (const listener of this.retractedListeners) await listener(tx, retracted);
  }

  /** For use in `notifications` only. */
  async acknowledged(tx: Transaction, userId: string, ids: readonly string[]): Promise<void> {
    for (const listener of this.acknowledgedListeners) await listener(tx, userId, ids);
  }

  /** For use in `notifications` only. */
  written(notificationId: string): void {
    for (const listener of this.writtenListeners) listener(notificationId);
  }
}
