import type { Principal } from '../../auth/principal/principal.js';
import { ServiceError } from '../../errors/service-error.js';
import type { OrderStatus } from '../status/order-status.js';
import type { OrderRow } from './order-view.js';

/** The relation of a user to an order. Null: no relation. */
export type OrderRelation = 'customer' | 'partner' | 'admin' | null;

export function relationTo(
  { order, partnerUserId }: OrderRow,
  { userId, role }: Pick<Principal, 'userId' | 'role'>,
): OrderRelation {
  if (role === 'admin') return 'admin';
  if (order.customerId === userId) return 'customer';
  return partnerUserId === userId ? 'partner' : null;
}

/** Throws forbidden unless the principal has one of the allowed relations to the order. */
export function requireRelation(
  row: OrderRow,
  principal: Pick<Principal, 'userId' | 'role'>,
  allowed: readonly Exclude<OrderRelation, null>[],
): void {
  const relation = relationTo(row, principal);
  if (relation !== null && allowed.includes(relation)) return;
  const detail =
    relation === null ? 'This order is not yours.' : `Only the ${allowed.join(' or ')} of the order may do this.`;
  throw new ServiceError('forbidden', detail);
}

/** The partner and administrators may set any status, the customer only `cancelled`. Throws forbidden. */
export function requireMayChange(row: OrderRow, principal: Principal, status: OrderStatus): void {
  requireRelation(row, principal, ['customer', 'partner', 'admin']);
  if (relationTo(row, principal) === 'customer' && status !== 'cancelled') {
    throw new ServiceError('forbidden', 'The customer can only cancel an order.');
  }
}
