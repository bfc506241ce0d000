import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import type { JsonObject } from '../notifications/json-object.js';
import { deliveryKey } from './delivery.js';
import type { DeliveryId, DeliveryStatus } from './delivery.js';

/** All that is needed to send a delivery. */
export interface LoadedDelivery {
  readonly status: DeliveryStatus;
  readonly escalation: boolean;
  readonly notification: {
    readonly id: string;
    readonly type: string;
    readonly title: string;
    readonly message: string;
    readonly data: JsonObject;
    readonly createdAt: Date;
    /** The owner took it out of the list. */
    readonly isDeleted: boolean;
  };
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string | null;
    readonly phone: string | null;
    readonly language: string | null;
    readonly timeZone: string | null;
    readonly disabled: boolean;
  };
}

const MOST_AT_ONCE = 100;

/** Reads deliveries with their notifications and users; jobs that are claimed together share a query. */
@Injectable()
export class DeliveryLoader {
  private readonly loader = new DataLoader((ids: readonly DeliveryId[]) => this.loadAll(ids), {
    cache: false,
    maxBatchSize: MOST_AT_ONCE,
  });

  constructor(private readonly database: Database) {}

  /** Null: there is none (any more). */
  load(id: DeliveryId): Promise<LoadedDelivery | null> {
    return this.loader.load(id);
  }

  private async loadAll(ids: readonly DeliveryId[]): Promise<(LoadedDelivery | null)[]> {
    const wanted = ids.map(({ notificationId, userId, channel }) => ({ notificationId, userId, channel }));
    const { rows } = await execute<Row>(
      this.database.db,
      sql`SELECT delivery.notification_id, delivery.user_id, delivery.channel, delivery.status, delivery.escalation,
            notification_type, title, message, data, notifications.created_at,
            notifications.hidden_at IS NOT NULL AS is_deleted, users.name, users.email, users.disabled,
            users.phone, users.language, users.time_zone
          FROM json_to_recordset(${JSON.stringify(wanted)}::json)
            AS wanted("notificationId" uuid, "userId" text, channel text)
          JOIN deliveries delivery ON delivery.notification_id = "notificationId" AND delivery.user_id = "userId"
            AND delivery.channel = wanted.channel
          JOIN notifications ON notifications.id = delivery.notification_id
          JOIN users ON users.id = delivery.user_id`,
    );
    const byKey = new Map(rows.map((row) => [deliveryKey(idOf(row)), loaded(row)]));
    return ids.map((id) => byKey.get(deliveryKey(id)) ?? null);
  }
}

interface Row {
  readonly notification_id: string;
  readonly user_id: string;
  readonly channel: DeliveryId['channel'];
  readonly status: DeliveryStatus;
  readonly escalation: boolean;
  readonly notification_type: string;
  readonly title: string;
  readonly message: string;
  readonly data: JsonObject;
  readonly created_at: string | Date;
  readonly is_deleted: boolean;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: string | null;
  readonly time_zone: string | null;
  readonly disabled: boolean;
}

function idOf({ notification_id: notificationId, user_id: userId, channel }: Row): DeliveryId {
  return { notificationId, userId, channel };
}

function loaded(row: Row): LoadedDelivery {
  const { status, escalation, title, message, data, name, email, disabled, phone, language } = row;
  return {
    ...{ status, escalation },
    notification: {
      ...{ id: row.notification_id, type: row.notification_type, title, message, data },
      ...{ createdAt: new Date(row.created_at), isDeleted: row.is_deleted },
    },
    user: { id: row.user_id, name, email, disabled, phone, language, timeZone: row.time_zone },
  };
}
