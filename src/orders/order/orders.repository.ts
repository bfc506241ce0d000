import { Injectable } from '@nestjs/common';
import { and, asc, desc, eq, gt, ilike, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Author } from '../../auth/principal/actor.js';
import { Database } from '../../database/database.js';
import { containing } from '../../database/containing.js';
import { gatheringLoader } from '../../database/gathering-loader.js';
import type { Queryable, Transaction } from '../../database/backend/transaction.js';
import { isUuid } from '../../database/uuid.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { boundsOf } from '../../notifications/notification/notification-filter.js';
import type { PageRequest } from '../../pagination/page.js';
import { timeClauses } from '../../pagination/time-list.js';
import type { TimePage } from '../../pagination/time-list.js';
import { partners } from '../../partners/partners.table.js';
import { apiKeys } from '../../auth/api-keys/api-keys.table.js';
import { users } from '../../auth/users/users.table.js';
import type { OrderContent } from './order-content.js';
import { OrderEvents } from './order-events.js';
import type { OrderRow } from './order-view.js';
import { orderHistory, orders } from './orders.table.js';
import type { OrderStatus } from '../status/order-status.js';

/** Which orders to list: those of a customer, those assigned to a user with the role partner, or all. */
export type OrderScope = { readonly customerId: string } | { readonly partnerUserId: string } | 'all';

/** Which of these orders to list. Absent members exclude nothing. */
export interface OrderFilter {
  readonly status?: readonly OrderStatus[];
  /** Null: without a partner. */
  readonly partnerId?: string | null;
  /** Contained in an address, the notes or the name of an item, or the id. */
  readonly text?: string;
}

type Changes = Partial<Pick<typeof orders.$inferInsert, 'status' | 'partnerId' | 'version'> & OrderContent>;
type NewHistory = Omit<typeof orderHistory.$inferInsert, 'id' | 'changedBy' | 'changedByKey'> & {
  readonly author: Author;
};
type HistoryRow = typeof orderHistory.$inferSelect;

@Injectable()
export class OrdersRepository {
  private readonly loader = gatheringLoader(async (ids: readonly string[]): Promise<(OrderRow | null)[]> => {
    const rows = await this.select(this.database.db).where(inArray(orders.id, [...new Set(ids)]));
    const byId = new Map(rows.map((row) => [row.order.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }, 1_000);

  constructor(
    private readonly database: Database,
    private readonly events: OrderEvents,
  ) {}

  async insert(db: Queryable, order: Omit<typeof orders.$inferInsert, 'id'>): Promise<OrderRow['order']> {
    const [inserted] = await db
      .insert(orders)
      .values({ ...order, id: uuidv7() })
      .returning();
    return inserted as OrderRow['order'];
  }

  /** Reads the current order outside a transaction. Throws not_found, also for an invalid id. */
  async find(id: string): Promise<OrderRow> {
    return required(isUuid(id) ? await this.loader.load(id.toLowerCase()) : null);
  }

  /** Reads the order and locks its row until the transaction ends. Throws not_found. */
  async lock(db: Queryable, id: string): Promise<OrderRow> {
    if (!isUuid(id)) return required(null);
    // Lock the order without the join: a join would combine the locked row with a partner read before the lock was
    // granted.
    await db.select({ id: orders.id }).from(orders).where(eq(orders.id, id)).for('update');
    const [row] = await this.select(db).where(eq(orders.id, id));
    return required(row);
  }

  async update(db: Queryable, id: string, changes: Changes): Promise<OrderRow['order']> {
    const [updated] = await db
      .update(orders)
      .set({ ...changes, updatedAt: sql`clock_timestamp()` })
      .where(eq(orders.id, id))
      .returning();
    return updated as OrderRow['order'];
  }

  list(db: Queryable, scope: OrderScope, filter: OrderFilter, page: TimePage): Promise<OrderRow[]> {
    const { where, order } = timeClauses(page, orders.id, orders.createdAt);
    return this.select(db)
      .where(and(inScope(scope), matches(filter), withinTimes(page), where))
      .orderBy(order)
      .limit(page.take);
  }

  /** Adds a change of an existing order to its history. */
  recordChange(
    tx: Transaction,
    before: Pick<OrderRow['order'], 'status'>,
    { id: orderId, status: toStatus, partnerId }: OrderRow['order'],
    change: Pick<NewHistory, 'event' | 'author' | 'reason' | 'changes' | 'partnerId'>,
  ): Promise<void> {
    return this.addHistory(tx, { orderId, fromStatus: before.status, toStatus, partnerId, ...change });
  }

  async addHistory(tx: Transaction, { author, ...event }: NewHistory): Promise<void> {
    const changedBy = { changedBy: author.userId, changedByKey: author.keyId };
    const values = { ...event, ...changedBy, id: uuidv7() };
    const [recorded] = await tx.db.insert(orderHistory).values(values).returning();
    if (recorded) await this.events.recorded(tx, recorded);
  }

  /**
   * The administrator who assigned or offered the order last, or who created the API key that did. Null if that user no longer
   * exists, or no longer is an administrator.
   */
  async dispatcherOf(db: Queryable, orderId: string): Promise<string | null> {
    const [last] = await db
      .select({ id: users.id })
      .from(orderHistory)
      .leftJoin(apiKeys, eq(apiKeys.id, orderHistory.changedByKey))
      .innerJoin(users, sql`${users.id} = coalesce(${orderHistory.changedBy}, ${apiKeys.createdBy})`)
      .where(
        and(
          eq(orderHistory.orderId, orderId),
          inArray(orderHistory.event, ['assigned', 'offered']),
          eq(users.role, 'admin'),
          eq(users.disabled, false),
        ),
      )
      .orderBy(desc(orderHistory.sequence))
      .limit(1);
    return last?.id ?? null;
  }

  /** The history of the order, oldest first. */
  history(db: Queryable, orderId: string, page: PageRequest): Promise<HistoryRow[]> {
    const after = page.after === null ? undefined : gt(orderHistory.sequence, Number(page.after));
    return db
      .select()
      .from(orderHistory)
      .where(and(eq(orderHistory.orderId, orderId), after))
      .orderBy(asc(orderHistory.sequence))
      .limit(page.take);
  }

  private select(db: Queryable) {
    return db
      .select({ order: orders, partnerUserId: partners.userId })
      .from(orders)
      .leftJoin(partners, eq(partners.id, orders.partnerId));
  }
}

function inScope(scope: OrderScope): SQL | undefined {
  if (scope === 'all') return undefined;
  return 'customerId' in scope ? eq(orders.customerId, scope.customerId) : eq(partners.userId, scope.partnerUserId);
}

function matches({ status, partnerId, text }: OrderFilter): SQL | undefined {
  return and(
    status && inArray(orders.status, [...status]),
    partnerId === undefined
      ? undefined
      : partnerId === null
        ? isNull(orders.partnerId)
        : eq(orders.partnerId, partnerId),
    text === undefined ? undefined : contains(text),
  );
}

function contains(text: string): SQL | undefined {
  const pattern = containing(text);
  return or(
    ilike(orders.pickupAddress, pattern),
    ilike(orders.deliveryAddress, pattern),
    ilike(orders.notes, pattern),
    sql`EXISTS (SELECT 1 FROM jsonb_array_elements(${orders.items}) AS item WHERE item->>'name' ILIKE ${pattern})`,
    isUuid(text) ? eq(orders.id, text) : undefined,
  );
}

/** Ids increase with time: limits the part of the index that a list with times reads. */
function withinTimes({ createdAfter, createdBefore }: TimePage): SQL | undefined {
  const times = { ...(createdAfter && { createdAfter }), ...(createdBefore && { createdBefore }) };
  const { above, below } = boundsOf(times, null);
  return and(above === null ? undefined : gt(orders.id, above), below === null ? undefined : lt(orders.id, below));
}

function required(row: OrderRow | null | undefined): OrderRow {
  if (!row) throw new ServiceError('not_found', 'There is no such order.');
  return row;
}
