import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import type { MessageObject } from '../../channel-layer/interface/message.js';
import { Preferences } from '../../preferences/preferences.js';
import type { UserPreferences } from '../../preferences/user-preferences.js';
import type { ProviderChannel } from '../../providers/provider/delivery-provider.js';
import { deliveryKey } from '../record/delivery.js';
import type { DeliveryId, DeliveryStatus } from '../record/delivery.js';
import type { Sendable } from '../planning/send-decisions.js';

/** All data needed to send a delivery. */
export interface LoadedDelivery extends Sendable {
  readonly status: DeliveryStatus;
  /** Number of attempts so far. */
  readonly attempts: number;
  readonly notification: Sendable['notification'] & {
    readonly id: string;
    readonly title: string;
    readonly message: string;
    readonly data: MessageObject;
    readonly createdAt: Date;
  };
  readonly user: Sendable['user'] & {
    readonly id: string;
    readonly name: string;
    readonly language: string | null;
    readonly timeZone: string | null;
  };
}

const MOST_AT_ONCE = 100;

/** A delivery on a channel with a provider. */
export type ProviderDeliveryId = DeliveryId & { readonly channel: ProviderChannel };

/** Reads deliveries with their notifications, users and preferences. Jobs that are claimed together share a query. */
@Injectable()
export class DeliveryLoader {
  private readonly loader = new DataLoader((ids: readonly ProviderDeliveryId[]) => this.loadAll(ids), {
    cache: false,
    maxBatchSize: MOST_AT_ONCE,
  });

  constructor(
    private readonly database: Database,
    private readonly preferences: Preferences,
  ) {}

  /** Null: the delivery does not exist (any more). */
  load(id: ProviderDeliveryId): Promise<LoadedDelivery | null> {
    return this.loader.load(id);
  }

  private async loadAll(ids: readonly ProviderDeliveryId[]): Promise<(LoadedDelivery | null)[]> {
    const wanted = ids.map(({ notificationId, userId, channel }) => ({ notificationId, userId, channel }));
    const { rows } = await execute<Row>(
      this.database.db,
      sql`SELECT delivery.notification_id, delivery.user_id, delivery.channel, delivery.status, delivery.escalation,
            delivery.attempts, notification_type, title, message, data, notifications.created_at,
            coalesce(notifications.read_at, mark.read_at) IS NOT NULL
              OR coalesce(notifications.broadcast_number <= watermark.read_to, false)
              OR coalesce(notifications.settled AND notifications.id <= inbox.read_to, false) AS is_read,
            coalesce(notifications.hidden_at, mark.hidden_at) IS NOT NULL AS is_deleted,
            coalesce(notifications.archived_at, mark.archived_at) IS NOT NULL AS is_archived,
            notifications.retracted_at IS NOT NULL AS is_retracted,
            coalesce(notifications.expires_at <= now(), false) AS is_expired,
            users.name, users.email, users.disabled, users.phone, users.language, users.time_zone,
            users.email_confirmed_at IS NOT NULL AS email_confirmed,
            users.phone_confirmed_at IS NOT NULL AS phone_confirmed
          FROM json_to_recordset(${JSON.stringify(wanted)}::json)
            AS wanted("notificationId" uuid, "userId" text, channel text)
          JOIN deliveries delivery ON delivery.notification_id = "notificationId" AND delivery.user_id = "userId"
            AND delivery.channel = wanted.channel
          JOIN notifications ON notifications.id = delivery.notification_id
          JOIN users ON users.id = delivery.user_id
          LEFT JOIN inboxes inbox ON inbox.user_id = notifications.user_id
          LEFT JOIN broadcast_watermarks watermark ON watermark.user_id = delivery.user_id
          LEFT JOIN broadcast_marks mark
            ON mark.notification_id = delivery.notification_id AND mark.user_id = delivery.user_id`,
    );
    const preferences = await this.preferences.of(rows.map((row) => row.user_id));
    const byKey = new Map(
      rows.map((row) => [deliveryKey(idOf(row)), loaded(row, preferences.get(row.user_id) as UserPreferences)]),
    );
    return ids.map((id) => byKey.get(deliveryKey(id)) ?? null);
  }
}

interface Row {
  readonly notification_id: string;
  readonly user_id: string;
  readonly channel: ProviderChannel;
  readonly status: DeliveryStatus;
  readonly escalation: boolean;
  readonly attempts: number;
  readonly notification_type: string;
  readonly title: string;
  readonly message: string;
  readonly data: MessageObject;
  readonly created_at: string | Date;
  readonly is_read: boolean;
  readonly is_deleted: boolean;
  readonly is_archived: boolean;
  readonly is_retracted: boolean;
  readonly is_expired: boolean;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: string | null;
  readonly time_zone: string | null;
  readonly disabled: boolean;
  readonly email_confirmed: boolean;
  readonly phone_confirmed: boolean;
}

function idOf({ notification_id: notificationId, user_id: userId, channel }: Row): DeliveryId {
  return { notificationId, userId, channel };
}

function loaded(row: Row, preferences: UserPreferences): LoadedDelivery {
  const { channel, status, escalation, attempts, title, message, data } = row;
  const { name, email, disabled, phone, language } = row;
  return {
    channel,
    status,
    escalation,
    attempts,
    preferences,
    notification: {
      id: row.notification_id,
      type: row.notification_type,
      title,
      message,
      data,
      createdAt: new Date(row.created_at),
      isRead: row.is_read,
      isDeleted: row.is_deleted,
      isArchived: row.is_archived,
      isRetracted: row.is_retracted,
      isExpired: row.is_expired,
    },
    user: {
      id: row.user_id,
      name,
      email,
      disabled,
      phone,
      language,
      timeZone: row.time_zone,
      emailConfirmed: row.email_confirmed,
      phoneConfirmed: row.phone_confirmed,
    },
  };
}
