/** Every status an order can have, in the order of its life. */
export const ORDER_STATUSES = [
  'pending',
  'confirmed',
  'picked_up',
  'in_progress',
  'ready',
  'out_for_delivery',
  'completed',
  'cancelled',
] as const;

export type OrderStatus = (typeof ORDER_STATUSES)[number];

interface StatusRow {
  /** The statuses that may follow. */
  readonly next: readonly OrderStatus[];
  /** Whether the order may still be given to a partner, or to another one. */
  readonly assignable: boolean;
}

/** The one place that says what may follow what. */
const STATUSES: Record<OrderStatus, StatusRow> = {
  pending: { next: ['confirmed', 'cancelled'], assignable: true },
  confirmed: { next: ['picked_up', 'cancelled'], assignable: true },
  picked_up: { next: ['in_progress'], assignable: false },
  in_progress: { next: ['ready'], assignable: false },
  ready: { next: ['out_for_delivery'], assignable: false },
  out_for_delivery: { next: ['completed'], assignable: false },
  completed: { next: [], assignable: false },
  cancelled: { next: [], assignable: false },
};

/** May an order go from one status to the other? */
export function mayFollow(from: OrderStatus, to: OrderStatus): boolean {
  return STATUSES[from].next.includes(to);
}

/** The statuses that may follow, for error texts; empty for the final ones. */
export function nextStatuses(from: OrderStatus): readonly OrderStatus[] {
  return STATUSES[from].next;
}

/** May an order in this status be assigned? */
export function isAssignable(status: OrderStatus): boolean {
  return STATUSES[status].assignable;
}

/** Has an order in this status ended? */
export function isFinal(status: OrderStatus): boolean {
  return STATUSES[status].next.length === 0;
}
