import { Injectable } from '@nestjs/common';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import type { Queryable } from '../../database/backend/transaction.js';
import { devices, reachedDevices } from './devices.table.js';
import type { DeviceKind } from './devices.table.js';

/** Maximum number of devices per user. Registering another device removes the one whose last registration is the oldest. */
const MAX_DEVICES = 20;

export type Device = typeof devices.$inferSelect;
export type NewDevice = Pick<Device, 'id' | 'userId' | 'kind' | 'address' | 'p256dh' | 'auth' | 'name'>;

/** A target device of a delivery. */
export interface TargetDevice extends Pick<Device, 'id' | 'kind' | 'address' | 'p256dh' | 'auth'> {
  /** Whether an earlier attempt of the same delivery reached the device. */
  readonly reached: boolean;
}

/** The devices of users, and which of them a delivery has reached. */
@Injectable()
export class Devices {
  constructor(private readonly database: Database) {}

  /**
   * Registers a device. A known address, even one of another user, is transferred to this user, because an app belongs to the
   * user who signed in on it last.
   */
  async register(db: Queryable, device: NewDevice): Promise<Device> {
    const { userId, kind, p256dh, auth, name } = device;
    const [row] = await db
      .insert(devices)
      .values(device)
      .onConflictDoUpdate({
        target: devices.address,
        set: { userId, kind, p256dh, auth, name, registeredAt: sql`now()` },
      })
      .returning();
    if (!row) throw new Error('the insert of a device returned no row');
    await execute(
      db,
      sql`DELETE FROM devices WHERE user_id = ${userId} AND id NOT IN
            (SELECT id FROM devices WHERE user_id = ${userId}
             ORDER BY registered_at DESC, id DESC LIMIT ${MAX_DEVICES})`,
    );
    return row;
  }

  /** Newest first. */
  list(userId: string, after: string | null, take: number): Promise<Device[]> {
    return this.database.db
      .select()
      .from(devices)
      .where(and(eq(devices.userId, userId), after === null ? undefined : lt(devices.id, after)))
      .orderBy(desc(devices.id))
      .limit(take);
  }

  async find(id: string): Promise<Device | null> {
    const [device] = await this.database.db.select().from(devices).where(eq(devices.id, id));
    return device ?? null;
  }

  /** Does nothing if the device does not exist any more. */
  async remove(id: string): Promise<void> {
    await this.database.db.delete(devices).where(eq(devices.id, id));
  }

  /** The devices of these kinds that a delivery to a user is sent to. */
  async targets(userId: string, kinds: readonly DeviceKind[], deliveryKey: string): Promise<TargetDevice[]> {
    const { rows } = await execute<TargetDevice>(
      this.database.db,
      sql`SELECT id, kind, address, p256dh, auth, EXISTS
            (SELECT FROM reached_devices WHERE delivery_key = ${deliveryKey} AND device_id = devices.id) AS reached
          FROM devices WHERE user_id = ${userId} AND kind = any(${sql.param([...kinds])}::text[]) ORDER BY id`,
    );
    return rows;
  }

  /** Stores which devices a delivery reached, for its next attempt. Entries older than two days are deleted. */
  async keepReached(deliveryKey: string, deviceIds: readonly string[]): Promise<void> {
    const { db } = this.database;
    await db.delete(reachedDevices).where(lt(reachedDevices.createdAt, sql`now() - interval '2 days'`));
    await execute(
      db,
      // A device may have been removed in the meantime.
      sql`INSERT INTO reached_devices (delivery_key, device_id)
          SELECT ${deliveryKey}, id FROM devices WHERE id = any(${sql.param([...deviceIds])}::uuid[])
          ON CONFLICT DO NOTHING`,
    );
  }
}
