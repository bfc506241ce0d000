import { Injectable } from '@nestjs/common';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import type { Queryable } from '../../database/backend/transaction.js';
import { devices, reachedDevices } from './devices.table.js';
import type { DeviceKind } from './devices.table.js';

/** More than anybody carries; who registers another one loses the one not heard of for longest. */
const MAX_DEVICES = 20;

export type Device = typeof devices.$inferSelect;
export type NewDevice = Pick<Device, 'id' | 'userId' | 'kind' | 'address' | 'p256dh' | 'auth' | 'name'>;

/** A device a delivery is for. */
export interface TargetDevice extends Pick<Device, 'id' | 'kind' | 'address' | 'p256dh' | 'auth'> {
  /** An earlier attempt of the same delivery reached it. */
  readonly reached: boolean;
}

/** The devices of users, and which of them a delivery has reached. */
@Injectable()
export class Devices {
  constructor(private readonly database: Database) {}

  /** An address that is known, be it another user's, becomes this user's: the app is theirs who signed in on it last. */
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
    if (!row) throw new Error('the insert of a device gave no row');
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

  /** Nothing happens to one that is not there any more. */
  async remove(id: string): Promise<void> {
    await this.database.db.delete(devices).where(eq(devices.id, id));
  }

  /** The devices of these kinds that a delivery to a user is for. */
  async targets(userId: string, kinds: readonly DeviceKind[], deliveryKey: string): Promise<TargetDevice[]> {
    const { rows } = await execute<TargetDevice>(
      this.database.db,
      sql`SELECT id, kind, address, p256dh, auth, EXISTS
            (SELECT FROM reached_devices WHERE delivery_key = ${deliveryKey} AND device_id = devices.id) AS reached
          FROM devices WHERE user_id = ${userId} AND kind = any(${sql.param([...kinds])}::text[]) ORDER BY id`,
    );
    return rows;
  }

  /** Keeps which devices a delivery reached before it is tried again. Two days later nothing is. */
  async keepReached(deliveryKey: string, deviceIds: readonly string[]): Promise<void> {
    const { db } = this.database;
    await db.delete(reachedDevices).where(lt(reachedDevices.createdAt, sql`now() - interval '2 days'`));
    await execute(
      db,
      // A device may have been removed meanwhile.
      sql`INSERT INTO reached_devices (delivery_key, device_id)
          SELECT ${deliveryKey}, id FROM devices WHERE id = any(${sql.param([...deviceIds])}::uuid[])
          ON CONFLICT DO NOTHING`,
    );
  }
}
