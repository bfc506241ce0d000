import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { ServiceError } from '../errors/service-error.js';
import { Bus } from '../streams/bus.js';
import type { LocationDto } from './order-location.dto.js';
import { requireRelation } from './order-relation.js';
import { isFinal } from './order-status.js';
import { OrdersRepository } from './orders.repository.js';

/** Where an order's partner is: told to whoever looks now, and kept nowhere. */
@Injectable()
export class OrderLocations {
  constructor(
    private readonly repository: OrdersRepository,
    private readonly bus: Bus,
  ) {}

  /** Throws not_found, forbidden for all but the assigned partner, conflict once the order has ended. */
  async publish(principal: Principal, orderId: string, location: LocationDto): Promise<LocationDto> {
    const row = await this.repository.find(orderId);
    requireRelation(row, principal, ['partner']);
    if (isFinal(row.order.status)) throw new ServiceError('conflict', `The order is ${row.order.status}.`);
    const { latitude, longitude, accuracy, heading, timestamp } = location;
    const published = {
      latitude,
      longitude,
      ...(accuracy !== undefined && accuracy !== null && { accuracy }),
      ...(heading !== undefined && heading !== null && { heading }),
      timestamp: timestamp ?? new Date().toISOString(),
    };
    await this.bus.publishEphemeral(`order_${row.order.id}`, { type: 'location', ...published });
    return published;
  }
}
