import { describe, expect, it } from '@jest/globals';
import { ORDER_STATUSES, isOpen, isFinal, mayFollow, nextStatuses } from './order-status.js';

const ALLOWED = new Set([
  'pending confirmed',
  'confirmed picked_up',
  'picked_up in_progress',
  'in_progress ready',
  'ready out_for_delivery',
  'out_for_delivery completed',
  'pending cancelled',
  'confirmed cancelled',
]);
const PAIRS = ORDER_STATUSES.flatMap((from) => ORDER_STATUSES.map((to) => [from, to] as const));

describe('the status of an order', () => {
  it.each(PAIRS)('can change from %s to %s exactly if the contract permits it', (from, to) => {
    expect(mayFollow(from, to)).toBe(ALLOWED.has(`${from} ${to}`));
    expect(nextStatuses(from).includes(to)).toBe(mayFollow(from, to));
  });

  it('permits assignments and edits until the order is picked up', () => {
    expect(ORDER_STATUSES.filter(isOpen)).toEqual(['pending', 'confirmed']);
  });

  it('is final when it is completed or cancelled', () => {
    expect(ORDER_STATUSES.filter(isFinal)).toEqual(['completed', 'cancelled']);
  });
});
