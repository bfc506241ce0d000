import { describe, expect, it } from '@jest/globals';
import type { Principal, Role } from '../../auth/principal/principal.js';
import { relationTo, requireMayChange, requireRelation } from './order-relation.js';
import type { OrderRow } from './order-view.js';

const ROW: OrderRow = {
  order: {
    id: '0193b3c1-12ab-7000-8000-6d7e8f9a0b1c',
    customerId: 'carla',
    partnerId: '0193b3c1-12ab-7000-8000-000000000001',
    status: 'pending',
    pickupAddress: 'a',
    deliveryAddress: 'b',
    pickupLocation: null,
    deliveryLocation: null,
    items: [],
    notes: '',
    total: '0.00',
    wantedFrom: null,
    wantedUntil: null,
    version: 1,
    createdAt: new Date(0),
    updatedAt: new Date(0),
  },
  partnerUserId: 'paul',
};

function principal(userId: string, role: Role): Principal {
  return { kind: 'user', userId, role, email: null, name: '', language: null, sessionId: null, expiresAt: 0 };
}

const CARLA = principal('carla', 'customer');
const PAUL = principal('paul', 'partner');
const ADA = principal('ada', 'admin');
const STRANGER = principal('stranger', 'partner');

describe('the relation of a user to an order', () => {
  it.each([
    [CARLA, 'customer'],
    [PAUL, 'partner'],
    [ADA, 'admin'],
    [STRANGER, null],
  ] as const)('of %o is %p', (someone, relation) => {
    expect(relationTo(ROW, someone)).toBe(relation);
  });

  it('is never partner for an order that is not assigned', () => {
    expect(relationTo({ ...ROW, partnerUserId: null }, PAUL)).toBeNull();
  });

  it('is missing for other users, who are rejected', () => {
    expect(() => requireRelation(ROW, STRANGER, ['customer', 'partner', 'admin'])).toThrow(
      expect.objectContaining({ code: 'forbidden' }),
    );
  });

  it('of an administrator is not that of a participant', () => {
    expect(() => requireRelation(ROW, ADA, ['customer', 'partner'])).toThrow(
      expect.objectContaining({ code: 'forbidden', detail: 'Only the customer or partner of the order may do this.' }),
    );
  });

  it('permits the customer only to cancel', () => {
    expect(() => requireMayChange(ROW, CARLA, 'cancelled')).not.toThrow();
    expect(() => requireMayChange(ROW, CARLA, 'confirmed')).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });

  it.each([PAUL, ADA])('permits %o to set any status', (someone) => {
    expect(() => requireMayChange(ROW, someone, 'confirmed')).not.toThrow();
    expect(() => requireMayChange(ROW, someone, 'cancelled')).not.toThrow();
  });
});
