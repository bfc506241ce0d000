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
  /** Whether an order in this status may be assigned or reassigned to a partner. */
  readonly assignable: boolean;
}

/** The only definition of the permitted transitions. */
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

/** Whether an order may change from the first status to the second. */
export function mayFollow(from: OrderStatus, to: OrderStatus): boolean {
  return STATUSES[from].next.includes(to);
}

/** The statuses that may follow, for error texts. Empty for final statuses. */
export function nextStatuses(from: OrderStatus): readonly OrderStatus[] {
  return STATUSES[from].next;
}

/** Whether an order in this status may be assigned. */
export function isAssignable(status: OrderStatus): boolean {
  return STATUSES[status].assignable;
}

/** Whether this status is final. */
export function isFinal(status: OrderStatus): boolean {
  return STATUSES[status].next.length === 0;
}
