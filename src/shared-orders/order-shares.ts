import { Injectable } from '@nestjs/common';
import { and, count, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { authorOf } from '../auth/principal/actor.js';
import type { Actor } from '../auth/principal/actor.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import { isUuid, UUID } from '../database/uuid.js';
import { ServiceError } from '../errors/error/service-error.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { requireRelation } from '../orders/order/order-relation.js';
import { isFinal } from '../orders/status/order-status.js';
import type { OrderRow } from '../orders/order/order-view.js';
import { OrdersRepository } from '../orders/order/orders.repository.js';
import { pageOf, pageRequest } from '../pagination/page.js';
import type { Page, PageQuery } from '../pagination/page.js';
import { SocketCloser } from '../realtime/socket-closer.js';
import { orderShares } from './order-shares.table.js';
import { shareGroup } from './shared-order-sockets.js';

/** Maximum number of open links per order. */
const MOST_SHARES = 20;

/** A link as stored. Dates are text, because answers stored for an Idempotency-Key are JSON. */
export interface Share {
  readonly id: string;
  readonly created_by: string | null;
  readonly created_by_key: string | null;
  readonly created_at: string;
  readonly expires_at: string | null;
}

const IS_OPEN = and(
  isNull(orderShares.revokedAt),
  or(isNull(orderShares.expiresAt), gt(orderShares.expiresAt, sql`now()`)),
);

/** Creates, lists and revokes links to orders, for the order's customer and for administrators. */
@Injectable()
export class OrderShares {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly socketCloser: SocketCloser,
  ) {}

  /**
   * Creates a link. `expiresIn`: seconds; null: until the order ends. Throws not_found, forbidden, conflict (the order
   * has ended, or has 20 open links).
   */
  async create(
    request: IdempotentRequest | null,
    actor: Actor,
    orderId: string,
    expiresIn: number | null,
  ): Promise<Share> {
    const row = await this.ownersOrder(actor, orderId);
    return this.database.transaction((tx) => this.insert(tx, actor, row.order.id, expiresIn), { once: request });
  }

  /** Open links, newest first. Throws not_found, forbidden. */
  async list(actor: Actor, orderId: string, query: PageQuery): Promise<Page<Share>> {
    const { order } = await this.ownersOrder(actor, orderId);
    const request = pageRequest(query, UUID);
    const before = request.after === null ? undefined : lt(orderShares.id, request.after);
    const rows = isFinal(order.status)
      ? []
      : await this.database.db
          .select()
          .from(orderShares)
          .where(and(eq(orderShares.orderId, order.id), IS_OPEN, before))
          .orderBy(desc(orderShares.id))
          .limit(request.take);
    return pageOf(rows, request, ({ id }) => id, shareOf);
  }

  /**
   * Revokes a link and closes its sockets on every node. Revoking a link again has no effect. Throws not_found,
   * forbidden.
   */
  async revoke(actor: Actor, orderId: string, shareId: string): Promise<void> {
    const { order } = await this.ownersOrder(actor, orderId);
    const ofOrder = and(eq(orderShares.orderId, order.id), eq(orderShares.id, shareId));
    const revokedAt = sql`coalesce(${orderShares.revokedAt}, now())`;
    await this.database.transaction(async (tx) => {
      const [revoked] = isUuid(shareId)
        ? await tx.db.update(orderShares).set({ revokedAt }).where(ofOrder).returning({ id: orderShares.id })
        : [];
      if (!revoked) throw new ServiceError('not_found', 'There is no such link.');
      this.socketCloser.close(tx, { group: shareGroup(revoked.id) }, ended('revoked'));
    });
  }

  /**
   * The order of an open link. Throws not_found for an unknown link, and gone if the link was revoked or has expired or
   * the order has ended.
   */
  async follow(shareId: string | null): Promise<{ row: OrderRow; share: Share }> {
    const [found] =
      shareId === null ? [] : await this.database.db.select().from(orderShares).where(eq(orderShares.id, shareId));
    if (!found) throw new ServiceError('not_found', 'There is no such link.');
    if (found.revokedAt) throw ended('revoked');
    if (found.expiresAt && found.expiresAt.getTime() <= Date.now()) throw ended('expired');
    const row = await this.repository.find(found.orderId);
    if (isFinal(row.order.status)) throw ended('over');
    return { row, share: shareOf(found) };
  }

  /**
   * Runs under the order's row lock, so that the order does not end meanwhile and concurrent calls do not exceed the
   * limit.
   */
  private async insert(tx: Transaction, actor: Actor, orderId: string, expiresIn: number | null): Promise<Share> {
    const { order } = await this.repository.lock(tx.db, orderId);
    if (isFinal(order.status)) throw new ServiceError('conflict', `The order is ${order.status}.`);
    const [open] = await tx.db
      .select({ count: count() })
      .from(orderShares)
      .where(and(eq(orderShares.orderId, orderId), IS_OPEN));
    if ((open?.count ?? 0) >= MOST_SHARES) {
      throw new ServiceError('conflict', `The order already has ${MOST_SHARES} links; revoke one first.`);
    }
    const { userId: createdBy, keyId: createdByKey } = authorOf(actor);
    const expiresAt = expiresIn === null ? null : new Date(Date.now() + expiresIn * 1_000);
    const [row] = await tx.db
      .insert(orderShares)
      .values({ id: uuidv7(), orderId, createdBy, createdByKey, expiresAt })
      .returning();
    if (!row) throw new Error('the insert of a link returned no row');
    return shareOf(row);
  }

  private async ownersOrder(actor: Actor, orderId: string): Promise<OrderRow> {
    const row = await this.repository.find(orderId);
    requireRelation(row, actor, ['customer', 'admin']);
    return row;
  }
}

const ENDINGS = { revoked: 'This link was revoked.', expired: 'This link has expired.', over: 'The order has ended.' };

/** The error for a link that is no longer open. */
export function ended(why: keyof typeof ENDINGS): ServiceError {
  return new ServiceError('gone', ENDINGS[why]);
}

function shareOf({ id, createdBy, createdByKey, createdAt, expiresAt }: typeof orderShares.$inferSelect): Share {
  return {
    id,
    created_by: createdBy,
    created_by_key: createdByKey,
    created_at: createdAt.toISOString(),
    expires_at: expiresAt?.toISOString() ?? null,
  };
}
