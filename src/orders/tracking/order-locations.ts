import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal/principal.js';
import { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { orderStream } from '../../streams/names/group-names.js';
import { Bus } from '../../streams/bus/bus.js';
import { destinationOf, etaTo } from './order-destination.js';
import type { Eta } from './order-destination.js';
import { measuredPoint } from './measured-point.js';
import { OrderGeofence } from './order-geofence.js';
import type { LocationDto, PublishedLocationDto } from '../requests/order-location.dto.js';
import { speedOf } from './order-movement.js';
import type { Fix } from './order-movement.js';
import { MovementCache } from './movement-cache.js';
import { requireRelation } from '../order/order-relation.js';
import { isFinal } from '../status/order-status.js';
import { OrderTrack } from './order-track.js';
import type { OrderRow } from '../order/order-view.js';
import { OrdersRepository } from '../order/orders.repository.js';

/** Permitted clock differences, in milliseconds. */
const MOST_AHEAD_MS = 10_000;
const MOST_BEHIND_MS = 24 * 60 * 60_000;

type PublishedLocation = Omit<PublishedLocationDto, 'eta'> & { readonly eta?: Eta };

/**
 * A position that exceeds the rate. Only the newest position of each order waits until the rate permits its
 * publication.
 */
interface Waiting {
  send: () => Promise<void>;
}

/** Publishes the positions of an order's partner to connected sockets, and stores a part of them as the track. */
@Injectable()
export class OrderLocations {
  private readonly waiting = new Map<string, Waiting>();

  constructor(
    private readonly repository: OrdersRepository,
    private readonly movements: MovementCache,
    private readonly geofence: OrderGeofence,
    private readonly track: OrderTrack,
    private readonly bus: Bus,
    private readonly settings: Settings,
  ) {}

  /**
   * Publishes a position. Throws not_found, forbidden unless the principal is the assigned partner, conflict once the
   * order has ended, invalid_message for a time in the future or more than a day ago, and unprocessable for an
   * implausible jump. A position measured before the current one is only added to the track. When positions exceed
   * LOCATION_RATE, the newest position is published at that rate.
   */
  async publish(principal: Principal, orderId: string, location: LocationDto): Promise<PublishedLocationDto> {
    const row = await this.repository.find(orderId);
    requireRelation(row, principal, ['partner']);
    const { order } = row;
    if (isFinal(order.status)) throw new ServiceError('conflict', `The order is ${order.status}.`);
    const journey = { orderId: order.id, partnerId: order.partnerId ?? '' };
    const { movement, track } = await this.movements.get(journey);
    const fix = fixOf(location, Date.now());
    const verdict = movement.take(fix);
    if (verdict === 'refused') throw tooFast();
    await this.track.record(journey, track, fix, verdict === 'late');
    if (verdict === 'late') return measuredPoint(fix);
    const published = this.view(row, fix, movement.speed());
    if (movement.rate.take(fix.receivedAt)) await this.send(order.id, published, fix);
    else this.sendLater(order.id, published, fix);
    await this.geofence.check(row, movement, fix);
    return published;
  }

  /** The last stored position of the partner. Null: no position stored, no partner assigned, or the order has ended. */
  async latest(row: OrderRow): Promise<PublishedLocationDto | null> {
    const { id: orderId, partnerId, status } = row.order;
    if (partnerId === null || isFinal(status)) return null;
    const recent = await this.track.recent({ orderId, partnerId });
    const last = recent.at(-1);
    return last ? this.view(row, last, speedOf(recent)) : null;
  }

  private view({ order }: OrderRow, fix: Fix, speed: number | null): PublishedLocation {
    const destination = destinationOf(order);
    return {
      ...measuredPoint(fix),
      ...(destination && { eta: etaTo(destination, fix, speed, fix.receivedAt) }),
    };
  }

  /**
   * `as_of` prevents a node from showing an older position after a newer one when several nodes receive a partner's
   * positions.
   */
  private send(orderId: string, location: PublishedLocation, { measuredAt }: Fix): Promise<void> {
    return this.bus.publishEphemeral(orderStream(orderId), { type: 'location', ...location, as_of: measuredAt });
  }

  private sendLater(orderId: string, location: PublishedLocation, fix: Fix): void {
    const send = (): Promise<void> => this.send(orderId, location, fix);
    const waiting = this.waiting.get(orderId);
    if (waiting) {
      waiting.send = send;
      return;
    }
    const newest: Waiting = { send };
    this.waiting.set(orderId, newest);
    setTimeout(() => {
      this.waiting.delete(orderId);
      void newest.send();
    }, 1_000 / this.settings.orders.locationRate).unref();
  }
}

/** Throws invalid_message for a time that is in the future or more than a day ago. */
function fixOf({ latitude, longitude, accuracy, heading, timestamp }: LocationDto, now: number): Fix {
  const given = timestamp === undefined || timestamp === null ? now : Date.parse(timestamp);
  if (given > now + MOST_AHEAD_MS) {
    throw badTimestamp(`must not be more than ${MOST_AHEAD_MS / 1_000} seconds in the future`);
  }
  if (given < now - MOST_BEHIND_MS) throw badTimestamp('must not be more than 24 hours ago');
  // If the phone's clock is slightly fast, the following positions must not count as older than this one.
  const measuredAt = Math.min(given, now);
  return { latitude, longitude, accuracy: accuracy ?? null, heading: heading ?? null, measuredAt, receivedAt: now };
}

function badTimestamp(detail: string): ServiceError {
  const pointer = '#/timestamp';
  return new ServiceError('invalid_message', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}

function tooFast(): ServiceError {
  const detail = 'Implausible jump. If the next position confirms it, the next position will be accepted.';
  return new ServiceError('unprocessable', detail, {
    errors: [
      { pointer: '#/latitude', detail: 'is too far from the last position' },
      { pointer: '#/longitude', detail: 'is too far from the last position' },
    ],
  });
}
