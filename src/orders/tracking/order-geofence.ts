import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { metresBetween } from '../order/geo.js';
import type { Point } from '../order/geo.js';
import { OrderAnnouncements } from '../life/order-announcements.js';
import { destinationOf } from './order-destination.js';
import type { Destination } from './order-destination.js';
import { orderMilestones } from '../life/order-milestones.table.js';
import type { Milestone } from '../life/order-milestones.table.js';
import type { Fix, OrderMovement } from './order-movement.js';
import type { OrderRow } from '../order/order-view.js';
import { OrdersRepository } from '../order/orders.repository.js';

/**
 * Announces that the partner is nearby and that the partner has arrived, once each for the pickup and the delivery
 * address.
 */
@Injectable()
export class OrderGeofence {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly announcements: OrderAnnouncements,
    private readonly settings: Settings,
  ) {}

  /**
   * Checks an accepted position. A partner who jumps from far away to the address is published as nearby, then as
   * arrived, and causes one notification, of the arrival.
   */
  async check({ order }: OrderRow, movement: OrderMovement, fix: Fix): Promise<void> {
    const destination = destinationOf(order);
    if (!destination) return;
    const due = this.reached(destination, fix).filter(
      (milestone) => !movement.announced.has(keyOf(destination, milestone)),
    );
    if (due.length === 0) return;
    await this.database.transaction((tx) => this.announce(tx, order.id, destination, due));
    for (const milestone of due) movement.announced.add(keyOf(destination, milestone));
  }

  /** A position with an accuracy worse than the nearby radius reaches no milestone. */
  private reached({ point }: Destination, fix: Fix): Milestone[] {
    const { nearbyRadius, arrivedRadius } = this.settings.orders;
    const metres = metresBetween(fix, point);
    if (metres > nearbyRadius || (fix.accuracy ?? 0) > nearbyRadius) return [];
    return metres > arrivedRadius ? ['nearby'] : ['nearby', 'arrived'];
  }

  /**
   * Runs under the order's row lock, because the order may have changed and another node may detect the same milestone.
   */
  private async announce(
    tx: Transaction,
    id: string,
    destination: Destination,
    due: readonly Milestone[],
  ): Promise<void> {
    const { order } = await this.repository.lock(tx.db, id);
    const { place, point } = destination;
    const current = destinationOf(order);
    if (current?.place !== place || !isSame(current.point, point)) return;
    const reached: Milestone[] = [];
    for (const milestone of due) {
      const [first] = await tx.db
        .insert(orderMilestones)
        .values({ orderId: id, place, milestone })
        .onConflictDoNothing()
        .returning();
      if (first) reached.push(milestone);
    }
    await this.announcements.reached(tx, order, place, reached);
  }
}

/** An edit of the order can move the place; its milestones are then due again. */
function keyOf({ place, point: { latitude, longitude } }: Destination, milestone: Milestone): string {
  return `${place} ${latitude},${longitude} ${milestone}`;
}

function isSame(one: Point, other: Point): boolean {
  return one.latitude === other.latitude && one.longitude === other.longitude;
}
