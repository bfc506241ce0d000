import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import { users } from '../auth/users/users.table.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import type { Queryable, Transaction } from '../database/backend/transaction.js';
import { NOTIFICATION_CHANNELS } from '../notification-types/types/notification-type.js';
import type { NotificationChannel } from '../notification-types/types/notification-type.js';
import { NotificationTypes } from '../notification-types/types/notification-types.js';
import { ChannelAvailability } from './channel-availability.js';
import { channelsFor, choiceOf, decide } from './decide.js';
import type { DecidedType, Decision } from './decide.js';
import { notificationPreferences } from './preferences.table.js';
import { declinedBy } from './user-preferences.js';
import type { TypeChoice, UserPreferences } from './user-preferences.js';

/** The preferences that a user can set. They are replaced as a whole. */
export type ChosenPreferences = Omit<UserPreferences, 'timeZone'>;

const NOTHING: ChosenPreferences = { types: {}, quietHours: null, digest: 'none' };

/** Stores users' preferences and applies them to notifications. */
@Injectable()
export class Preferences {
  constructor(
    private readonly database: Database,
    private readonly types: NotificationTypes,
    private readonly settings: Settings,
    private readonly availability: ChannelAvailability,
  ) {}

  /**
   * The preferences of these users, in one query. Users without stored preferences get the defaults. Pass `tx.db`
   * inside a transaction.
   */
  async of(userIds: readonly string[], db: Queryable = this.database.db): Promise<Map<string, UserPreferences>> {
    if (userIds.length === 0) return new Map();
    const { types, quietHours, digest } = notificationPreferences;
    const rows = await db
      .select({ userId: users.id, timeZone: users.timeZone, types, quietHours, digest })
      .from(users)
      .leftJoin(notificationPreferences, eq(notificationPreferences.userId, users.id))
      .where(sql`${users.id} = any(${sql.param([...new Set(userIds)])}::text[])`);
    const found = new Map(rows.map((row) => [row.userId, row]));
    return new Map(userIds.map((userId) => [userId, this.completed(found.get(userId))]));
  }

  /** The preferences of one user. */
  async ofOne(userId: string, db: Queryable = this.database.db): Promise<UserPreferences> {
    return (await this.of([userId], db)).get(userId) ?? this.completed(undefined);
  }

  /**
   * The channels to decide for a notification: the requested channels, else the enabled channels of the type and the
   * channels the user chose. A disabled channel is included only if the request or the user names it.
   */
  channels(
    typeName: string,
    preferences: UserPreferences,
    requested?: readonly NotificationChannel[],
  ): readonly NotificationChannel[] {
    const type = this.decided(typeName);
    const channels = type.channels.filter((channel) => this.availability.isOn(channel));
    return channelsFor({ ...type, channels }, preferences, requested);
  }

  /**
   * The decision about a notification of this type on this channel, if it is created or checked again at the time
   * `now`.
   */
  decide(typeName: string, channel: NotificationChannel, preferences: UserPreferences, now: Date): Decision {
    return decide(this.decided(typeName), channel, preferences, now);
  }

  /**
   * The channels that result from a user's choice for a type: chosen channels, and enabled channels of the type that
   * were not declined.
   */
  chosen(typeName: string, choice: TypeChoice): NotificationChannel[] {
    const { mandatory } = this.types.get(typeName);
    const ofType = this.channelsOf(typeName);
    const declined = mandatory ? [] : declinedBy(choice);
    return [...new Set([...choice.channels, ...ofType])].filter((channel) => !declined.includes(channel));
  }

  /** The channels of the type that are on. */
  channelsOf(typeName: string): NotificationChannel[] {
    return this.types.get(typeName).channels.filter((channel) => this.availability.isOn(channel));
  }

  /**
   * Replaces all preferences of the user. For each given type, the channels that are left out are declined if they are
   * on or were declined before. A channel that is off was not offered, so leaving it out does not decline it. Returns
   * the stored preferences.
   */
  replace(userId: string, { types, quietHours, digest }: ChosenPreferences): Promise<UserPreferences> {
    return this.database.transaction(async (tx) => {
      await lockUser(tx, userId);
      const before = await this.ofOne(userId, tx.db);
      const decided = Object.entries(types).map(([name, { channels }]): [string, TypeChoice] => {
        const previous = Object.hasOwn(before.types, name) ? before.types[name] : undefined;
        const offered = [...this.availability.available, ...(previous ? declinedBy(previous) : [])];
        const declined = NOTIFICATION_CHANNELS.filter((each) => offered.includes(each) && !channels.includes(each));
        return [name, { channels, declined }];
      });
      const chosen = { types: Object.fromEntries(decided), quietHours, digest };
      await this.write(tx.db, userId, chosen);
      return { ...chosen, timeZone: before.timeZone };
    });
  }

  /**
   * Declines a channel for these types permanently, as unsubscribe links do. Mandatory types are not changed. Repeating
   * it changes nothing.
   */
  async turnOff(
    tx: Transaction,
    userId: string,
    typeNames: readonly string[],
    channel: NotificationChannel,
  ): Promise<void> {
    await lockUser(tx, userId);
    const preferences = await this.ofOne(userId, tx.db);
    const types = { ...preferences.types };
    for (const typeName of typeNames.filter((name) => !this.types.get(name).mandatory)) {
      const choice = choiceOf(this.decided(typeName), types) ?? { channels: [], declined: [] };
      const channels = this.chosen(typeName, choice).filter((each) => each !== channel);
      types[typeName] = { channels, declined: [...new Set([...declinedBy(choice), channel])] };
    }
    const { quietHours, digest } = preferences;
    await this.write(tx.db, userId, { types, quietHours, digest });
  }

  private async write(db: Queryable, userId: string, { types, quietHours, digest }: ChosenPreferences): Promise<void> {
    const values = { types, quietHours, digest, updatedAt: sql`now()` };
    await db
      .insert(notificationPreferences)
      .values({ userId, ...values })
      .onConflictDoUpdate({ target: notificationPreferences.userId, set: values });
  }

  private decided(name: string): DecidedType {
    return { ...this.types.get(name), isKnown: this.types.has(name) };
  }

  private completed(row: StoredRow | undefined): UserPreferences {
    return {
      types: row?.types ?? NOTHING.types,
      quietHours: row?.quietHours ?? NOTHING.quietHours,
      digest: row?.digest ?? NOTHING.digest,
      timeZone: row?.timeZone ?? this.settings.notifications.defaultTimeZone,
    };
  }
}

/** Prevents concurrent changes from overwriting each other. */
async function lockUser(tx: Transaction, userId: string): Promise<void> {
  await tx.db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update');
}

type StoredRow = { readonly [K in keyof UserPreferences]: UserPreferences[K] | null };
