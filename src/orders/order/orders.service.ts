import { Injectable } from '@nestjs/common';
import { actsAsAdmin, authorOf } from '../../auth/principal/actor.js';
import type { Actor } from '../../auth/principal/actor.js';
import { unauthenticated } from '../../auth/principal/unauthenticated.js';
import { Users } from '../../auth/users/users.js';
import { Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import type { Queryable, Transaction } from '../../database/backend/transaction.js';
import { UUID } from '../../database/uuid.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { pageOf, pageRequest } from '../../pagination/page.js';
import type { Page, PageQuery } from '../../pagination/page.js';
import { orderStream } from '../../streams/names/group-names.js';
import { StreamPositions } from '../../streams/follow/stream-positions.js';
import { newContent } from './order-content.js';
import { requireRelation } from './order-relation.js';
import { statusLanguage } from '../status/order-status-texts.js';
import type { StatusLanguage } from '../status/order-status-texts.js';
import { historyView, orderView } from './order-view.js';
import type { OrderRow } from './order-view.js';
import type { OrderHistoryDto } from '../requests/order-history.dto.js';
import type { CreateOrderDto, OrderDto } from '../requests/orders.dto.js';
import { OrdersRepository } from './orders.repository.js';
import type { OrderFilter, OrderScope } from './orders.repository.js';
import type { OrderListQuery } from '../requests/order-list.dto.js';
import { timePage } from '../../pagination/time-list.js';

const SEQUENCE = /^\d{1,15}$/;

/** Creates and reads orders. Changes of existing orders are in `OrderChanges`. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly settings: Settings,
    private readonly positions: StreamPositions,
    private readonly users: Users,
  ) {}

  /**
   * Creates an order in status pending, of the customer or, for an API key, of the customer that `customer_id` names. Throws
   * invalid_message if only one of the two is given, and not_found for an unknown customer.
   */
  create(request: IdempotentRequest | null, actor: Actor, body: CreateOrderDto): Promise<OrderDto> {
    return this.database.transaction((tx) => this.insert(tx, actor, body), { once: request });
  }

  private async insert(tx: Transaction, actor: Actor, body: CreateOrderDto): Promise<OrderDto> {
    const customerId = await this.customerOf(tx.db, actor, body.customer_id);
    const order = await this.repository.insert(tx.db, {
      customerId,
      status: 'pending',
      ...newContent(body),
    });
    await this.requireEnabled(tx.db, customerId);
    await this.repository.addHistory(tx, {
      orderId: order.id,
      event: 'created',
      toStatus: order.status,
      author: authorOf(actor),
    });
    return this.view({ order }, actor);
  }

  /**
   * The insert waits for a transaction that deletes the account, because of its foreign key. So this is checked afterwards: an
   * order of a deleted account would keep an address that nobody deletes.
   */
  private async requireEnabled(db: Queryable, customerId: string): Promise<void> {
    const customer = await this.users.find(customerId, db);
    if (!customer || customer.disabled) throw unauthenticated('The user of this token is disabled.');
  }

  private async customerOf(db: Queryable, actor: Actor, named: string | undefined): Promise<string> {
    if (actor.kind === 'user') {
      if (named === undefined) return actor.userId;
      throw badCustomer('invalid_message', 'is only for API keys: users place their own orders');
    }
    if (named === undefined) throw badCustomer('invalid_message', 'is required with an API key');
    const customer = await this.users.find(named, db);
    if (customer?.role !== 'customer') throw badCustomer('not_found', 'is not the id of a customer');
    return customer.id;
  }

  /**
   * Orders visible to the actor: a customer's own orders, a partner's assigned orders, all orders for an administrator
   * or an API key. By default the newest first. Throws forbidden for `partner_id` without the rights of an administrator.
   */
  async list(actor: Actor, query: OrderListQuery): Promise<Page<OrderDto>> {
    const page = timePage(query, UUID, '-created_at');
    const rows = await this.repository.list(this.database.db, scopeOf(actor), filterOf(actor, query), page);
    return pageOf(
      rows,
      page,
      (row) => row.order.id,
      (row) => this.view(row, actor),
    );
  }

  /**
   * The order, and the position from which a socket on the order can resume to receive the changes after this answer.
   * Throws the same errors as `find`.
   */
  async get(actor: Actor, id: string): Promise<{ position: string; order: OrderDto }> {
    const found = await this.find(actor, id);
    // Read the position first, so that a change in between is in both answers rather than in neither.
    const position = await this.positions.current([orderStream(found.order.id)]);
    return { position, order: this.view(await this.find(actor, id), actor) };
  }

  /**
   * The order and its partner. Throws not_found, or forbidden unless the actor is its customer, its assigned
   * partner, an administrator or an API key.
   */
  async find(actor: Actor, id: string): Promise<OrderRow> {
    const row = await this.repository.find(id);
    requireRelation(row, actor, ['customer', 'partner', 'admin']);
    return row;
  }

  /** The history of the order, oldest first. Throws the same errors as `find`. */
  async history(actor: Actor, id: string, query: PageQuery): Promise<Page<OrderHistoryDto>> {
    const { order } = await this.find(actor, id);
    const request = pageRequest(query, SEQUENCE);
    const rows = await this.repository.history(this.database.db, order.id, request);
    const language = this.languageFor(actor);
    return pageOf(
      rows,
      request,
      (row) => String(row.sequence),
      (row) => historyView(row, language),
    );
  }

  view(row: Pick<OrderRow, 'order'>, reader: Actor): OrderDto {
    return orderView(row, this.settings.orders.currency, this.languageFor(reader));
  }

  /** The language of `status_display` for this reader. */
  languageFor({ language }: Pick<Actor, 'language'>): StatusLanguage {
    return statusLanguage(language, this.settings.notifications.defaultLanguage);
  }
}

function scopeOf(actor: Actor): OrderScope {
  if (actor.kind === 'api_key' || actor.role === 'admin') return 'all';
  const { role, userId } = actor;
  return role === 'partner' ? { partnerUserId: userId } : { customerId: userId };
}

function filterOf(actor: Actor, { status, partner_id: partnerId, q }: OrderListQuery): OrderFilter {
  if (partnerId !== undefined && !actsAsAdmin(actor)) {
    const [pointer, detail] = ['#/partner_id', 'is for administrators'];
    throw new ServiceError('forbidden', `${pointer} ${detail}.`, { errors: [{ pointer, detail }] });
  }
  return {
    ...(status && { status }),
    ...(partnerId !== undefined && { partnerId: partnerId === 'none' ? null : partnerId }),
    ...(q !== undefined && { text: q }),
  };
}

function badCustomer(code: 'invalid_message' | 'not_found', detail: string): ServiceError {
  return new ServiceError(code, `#/customer_id ${detail}`, { errors: [{ pointer: '#/customer_id', detail }] });
}
