import { index, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { users } from '../../auth/users/users.table.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const DEVICE_KINDS = ['fcm', 'web_push'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** The phones and browsers that receive push messages. */
export const devices = pgTable(
  'devices',
  {
    id: uuid('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    kind: text('kind').$type<DeviceKind>().notNull(),
    /** FCM: the registration token. Web Push: the endpoint of the subscription. */
    address: text('address').notNull(),
    /** The keys of a Web Push subscription, otherwise null. */
    p256dh: text('p256dh'),
    auth: text('auth'),
    /** A name chosen by the user; may be empty. */
    name: text('name').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    registeredAt: moment('registered_at').notNull().defaultNow(),
  },
  (table) => [
    // An app installation belongs to the user who signed in on it last.
    uniqueIndex('devices_address').on(table.address),
    index('devices_user_id').on(table.userId, table.id),
  ],
);

/** Devices that a delivery reached while other devices of the same user failed. The next attempt skips them. */
export const reachedDevices = pgTable(
  'reached_devices',
  {
    deliveryKey: text('delivery_key').notNull(),
    deviceId: uuid('device_id')
      .notNull()
      .references(() => devices.id, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.deliveryKey, table.deviceId] }),
    index('reached_devices_device_id').on(table.deviceId),
    index('reached_devices_created_at').on(table.createdAt),
  ],
);
