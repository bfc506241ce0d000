import { Injectable } from '@nestjs/common';
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { NEWEST_USERS_FIRST, USER_PLACE, userPlace, usersAfter } from '../auth/users/user-place.js';
import { users } from '../auth/users/users.table.js';
import { Database } from '../database/database.js';
import { gatheringLoader } from '../database/gathering-loader.js';
import type { Queryable } from '../database/backend/transaction.js';
import { isUuid } from '../database/uuid.js';
import { pageOf, pageRequest } from '../pagination/page.js';
import type { Page } from '../pagination/page.js';
import { partnerStream } from '../streams/names/group-names.js';
import { ownGroup } from '../streams/names/own-group.js';
import { StreamLog } from '../streams/stream-log.js';
import type { PartnerDto, PartnerListQuery } from './partners.dto.js';
import { partners } from './partners.table.js';

/** Partners, the users who deliver orders. The partner of a user with the role partner is created on first use. */
@Injectable()
export class PartnersService {
  private readonly byUser = gatheringLoader(async (userIds: readonly string[]): Promise<(PartnerDto | null)[]> => {
    const found = await this.select(this.database.db).where(inArray(partners.userId, [...new Set(userIds)]));
    const byUser = new Map(found.map((partner) => [partner.user_id, partner]));
    return userIds.map((userId) => byUser.get(userId) ?? null);
  }, 1_000);

  constructor(
    private readonly database: Database,
    private readonly streamLog: StreamLog,
  ) {}

  /** The partner of a user with the role partner. Creates it on first use; concurrent first calls create only one. */
  async ofUser(userId: string): Promise<PartnerDto> {
    const { db } = this.database;
    const existing = await this.byUser.load(userId);
    if (existing) return existing;
    await db.insert(partners).values({ id: uuidv7(), userId }).onConflictDoNothing({ target: partners.userId });
    const made = await this.byUser.load(userId);
    if (!made) throw new Error(`the partner of user ${userId} could be neither created nor found`);
    return made;
  }

  /** The partners of all enabled users with the role partner, newest users first. Creates those that do not exist yet. */
  async list(query: PartnerListQuery): Promise<Page<PartnerDto>> {
    const request = pageRequest(query, USER_PLACE);
    const rows = await this.database.db
      .select({ id: users.id, createdAt: users.createdAt })
      .from(users)
      .leftJoin(partners, eq(partners.userId, users.id))
      .where(
        and(
          eq(users.role, 'partner'),
          eq(users.disabled, false),
          // A partner who does not exist yet is on duty.
          query.on_duty === undefined ? undefined : sql`coalesce(${partners.onDuty}, true) = ${query.on_duty}`,
          request.after === null ? undefined : usersAfter(request.after),
        ),
      )
      .orderBy(...NEWEST_USERS_FIRST)
      .limit(request.take);
    const page = pageOf(rows, request, userPlace, ({ id }) => id);
    return { ...page, results: await Promise.all(page.results.map((userId) => this.ofUser(userId))) };
  }

  /**
   * Sets whether orders are offered to the partner, and publishes a change on the partner's sockets. An offer that is
   * open stays open.
   */
  async setDuty(userId: string, onDuty: boolean): Promise<PartnerDto> {
    const { id } = await this.ofUser(userId);
    return this.database.transaction(async (tx) => {
      const changed = await tx.db
        .update(partners)
        .set({ onDuty })
        .where(and(eq(partners.id, id), ne(partners.onDuty, onDuty)))
        .returning({ id: partners.id });
      const stream = partnerStream(id);
      const message = { type: 'duty_changed', on_duty: onDuty };
      // Django consumers do not know this type, so it is published to the service's own group.
      if (changed.length > 0) this.streamLog.append(tx, stream, message, { group: ownGroup(stream) });
      const [partner] = await this.select(tx.db).where(eq(partners.id, id));
      return partner as PartnerDto;
    });
  }

  /** The partner with this id, or null. */
  async find(db: Queryable, id: string): Promise<PartnerDto | null> {
    if (!isUuid(id)) return null;
    const [partner] = await this.select(db).where(eq(partners.id, id));
    return partner ?? null;
  }

  private select(db: Queryable) {
    return db
      .select({ id: partners.id, user_id: partners.userId, name: users.name, on_duty: partners.onDuty })
      .from(partners)
      .innerJoin(users, eq(users.id, partners.userId));
  }
}
