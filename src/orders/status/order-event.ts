/** The events of an order's history. */
export const ORDER_EVENTS = [
  ...(['created', 'edited', 'offered', 'offer_declined', 'offer_expired'] as const),
  ...(['assigned', 'unassigned', 'handed_back', 'status_changed'] as const),
] as const;
export type OrderEvent = (typeof ORDER_EVENTS)[number];
