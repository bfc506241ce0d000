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

/** What a user chose, as it is replaced. */
export type ChosenPreferences = Omit<UserPreferences, 'timeZone'>;

const NOTHING: ChosenPreferences = { types: {}, quietHours: null, digest: 'none' };

/** How users want to be told, and what that means for a notification. */
@Injectable()
export class Preferences {
  constructor(
    private readonly database: Database,
    private readonly types: NotificationTypes,
    private readonly settings: Settings,
    private readonly availability: ChannelAvailability,
  ) {}

  /** Of each of these users, in one query; who chose nothing has the defaults. Inside a transaction give its `tx.db`. */
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

  /** Of one user. */
  async ofOne(userId: string, db: Queryable = this.database.db): Promise<UserPreferences> {
    return (await this.of([userId], db)).get(userId) ?? this.completed(undefined);
  }

  /**
   * Where a notification is to go: the channels asked for, else those of the type that are on and those the reader chose, each
   * to be decided. A channel that is off is named only if somebody wants it by name.
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

  /** What becomes of a notification of this type on this channel, if it is made (or looked at again) `now`. */
  decide(typeName: string, channel: NotificationChannel, preferences: UserPreferences, now: Date): Decision {
    return decide(this.decided(typeName), channel, preferences, now);
  }

  /** The channels that a user's choice for a type comes to now: those wanted, and those of the type that are on and not declined. */
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
   * Replaces all that the user chose. For each type that is named, the other channels are declined: those that are on, and those
   * declined before. A channel that is off was not offered, so leaving it out says nothing. Says what is stored.
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

  /** Declines one channel for these types, for good: what a link to unsubscribe does. Mandatory types stay as they are. Doing so again changes nothing. */
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
      timeZone: row?.timeZone ?? this.settings.defaultTimeZone,
    };
  }
}

/** Two changes at once must not undo each other. */
async function lockUser(tx: Transaction, userId: string): Promise<void> {
  await tx.db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update');
}

type StoredRow = { readonly [K in keyof UserPreferences]: UserPreferences[K] | null };
