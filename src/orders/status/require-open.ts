import { ServiceError } from '../../errors/error/service-error.js';
import { isOpen } from './order-status.js';
import type { OrderStatus } from './order-status.js';

/** Throws conflict if the order was picked up or ended. `deed`: what can no longer be done to it, such as `assigned`. */
export function requireOpen({ status }: { readonly status: OrderStatus }, deed: string): void {
  if (!isOpen(status)) throw new ServiceError('conflict', `An order that is ${status} can no longer be ${deed}.`);
}
