import type { Actor, ApiKeyActor } from '../../auth/principal/actor.js';
import type { Principal } from '../../auth/principal/principal.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { OrderStatus } from '../status/order-status.js';
import type { OrderRow } from './order-view.js';

/** The part of an actor that determines the relation to an order. */
export type RelatedActor = Pick<ApiKeyActor, 'kind'> | Pick<Principal, 'kind' | 'userId' | 'role'>;

/** The relation of a user or an API key to an order. Null: no relation. */
export type OrderRelation = 'customer' | 'partner' | 'admin' | null;

export function relationTo({ order, partnerUserId }: OrderRow, actor: RelatedActor): OrderRelation {
  if (actor.kind === 'api_key' || actor.role === 'admin') return 'admin';
  if (order.customerId === actor.userId) return 'customer';
  return partnerUserId === actor.userId ? 'partner' : null;
}

/** Throws forbidden unless the actor has one of the allowed relations to the order. */
export function requireRelation(
  row: OrderRow,
  actor: RelatedActor,
  allowed: readonly Exclude<OrderRelation, null>[],
): void {
  const relation = relationTo(row, actor);
  if (relation !== null && allowed.includes(relation)) return;
  const detail =
    relation === null ? 'This order is not yours.' : `Only the ${allowed.join(' or ')} of the order may do this.`;
  throw new ServiceError('forbidden', detail);
}

/** The partner and administrators may set any status, the customer only `cancelled`. Throws forbidden. */
export function requireMayChange(row: OrderRow, actor: Actor, status: OrderStatus): void {
  requireRelation(row, actor, ['customer', 'partner', 'admin']);
  if (relationTo(row, actor) === 'customer' && status !== 'cancelled') {
    throw new ServiceError('forbidden', 'The customer can only cancel an order.');
  }
}
