/** All statuses of an order, in the sequence in which an order goes through them. */
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
  /** The statuses that may follow this one. */
  readonly next: readonly OrderStatus[];
  /** Whether the order has not been picked up: it can be assigned and edited. */
  readonly open: boolean;
}

/** The only definition of the permitted transitions. */
const STATUSES: Record<OrderStatus, StatusRow> = {
  pending: { next: ['confirmed', 'cancelled'], open: true },
  confirmed: { next: ['picked_up', 'cancelled'], open: true },
  picked_up: { next: ['in_progress'], open: false },
  in_progress: { next: ['ready'], open: false },
  ready: { next: ['out_for_delivery'], open: false },
  out_for_delivery: { next: ['completed'], open: false },
  completed: { next: [], open: false },
  cancelled: { next: [], open: false },
};

/** Whether an order may change from the first status to the second. */
export function mayFollow(from: OrderStatus, to: OrderStatus): boolean {
  return STATUSES[from].next.includes(to);
}

/** The statuses that may follow, for error texts. Empty for final statuses. */
export function nextStatuses(from: OrderStatus): readonly OrderStatus[] {
  return STATUSES[from].next;
}

/** Whether an order in this status can be assigned, unassigned and edited: until it is picked up or cancelled. */
export function isOpen(status: OrderStatus): boolean {
  return STATUSES[status].open;
}

/** Whether this status is final. */
export function isFinal(status: OrderStatus): boolean {
  return STATUSES[status].next.length === 0;
}
