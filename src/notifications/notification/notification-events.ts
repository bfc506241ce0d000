import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import type { NotificationView } from './notification-view.js';
import type { EscalationStep, NotificationChannel } from '../../notification-types/types/notification-type.js';

/** How notifications are to reach people, as far as the caller says; the rest is up to their type and their owners. */
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

/** The notifications of one call, and what was asked for with them. */
export interface CreatedNotifications {
  /** In the order they were made; either all of users or one broadcast. */
  readonly notifications: readonly CreatedNotification[];
  readonly request: DeliveryRequest;
  /** Keeps a notification of a user out of the live stream: it is listed and counted, and their sockets do not hear it. */
  readonly withhold: (notificationId: string) => void;
}

type CreatedListener = (tx: Transaction, created: CreatedNotifications) => Promise<void>;
/** `ids` of notifications, or all that the user had not read. */
type SeenListener = (tx: Transaction, userId: string, ids: readonly string[] | 'all') => Promise<void>;

/**
 * What happens to notifications, told to the rooms above this one, inside the transaction it happens in: a listener that
 * throws rolls it back, and what a listener stores is there exactly when the notification is. Subscribe in a constructor or
 * in `onModuleInit`, for the life of the application; listeners run one after the other.
 */
@Injectable()
export class NotificationEvents {
  private readonly createdListeners: CreatedListener[] = [];
  private readonly readListeners: SeenListener[] = [];
  private readonly deletedListeners: SeenListener[] = [];
  private readonly acknowledgedListeners: SeenListener[] = [];
  private readonly writtenListeners: ((notificationId: string) => void)[] = [];

  /** New ones, before their live messages are appended. */
  onCreated(listener: CreatedListener): void {
    this.createdListeners.push(listener);
  }

  /** The owner read them. */
  onRead(listener: SeenListener): void {
    this.readListeners.push(listener);
  }

  /** The owner removed them from the list unread. */
  onDeleted(listener: SeenListener): void {
    this.deletedListeners.push(listener);
  }

  /** A client of the owner says that it has received them. */
  onAcknowledged(listener: SeenListener): void {
    this.acknowledgedListeners.push(listener);
  }

  /** A notification was written to a socket of its user on this node, perhaps not for the first time; called for each, so it must cost next to nothing. */
  onWritten(listener: (notificationId: string) => void): void {
    this.writtenListeners.push(listener);
  }

  /** For `notifications` only. Says which of them sockets are not to hear. */
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

  /** For `notifications` only. */
  async read(tx: Transaction, userId: string, ids: readonly string[] | 'all'): Promise<void> {
    for (const listener of this.readListeners) await listener(tx, userId, ids);
  }

  /** For `notifications` only. */
  async deleted(tx: Transaction, userId: string, ids: readonly string[]): Promise<void> {
    for (const listener of this.deletedListeners) await listener(tx, userId, ids);
  }

  /** For `notifications` only. */
  async acknowledged(tx: Transaction, userId: string, ids: readonly string[]): Promise<void> {
    for (const listener of this.acknowledgedListeners) await listener(tx, userId, ids);
  }

  /** For `notifications` only. */
  written(notificationId: string): void {
    for (const listener of this.writtenListeners) listener(notificationId);
  }
}
