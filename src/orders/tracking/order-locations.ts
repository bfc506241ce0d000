import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal/principal.js';
import { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/service-error.js';
import { orderStream } from '../../streams/names/group-names.js';
import { Bus } from '../../streams/bus.js';
import { destinationOf, etaTo } from './order-destination.js';
import type { Eta } from './order-destination.js';
import { OrderGeofence } from './order-geofence.js';
import type { LocationDto, ToldLocationDto } from '../order/order-location.dto.js';
import { speedOf } from './order-movement.js';
import type { Fix } from './order-movement.js';
import { OrderMovements } from './order-movements.js';
import { requireRelation } from '../order/order-relation.js';
import { isFinal } from '../order/order-status.js';
import { OrderTrack } from './order-track.js';
import type { OrderRow } from '../order/order-view.js';
import { OrdersRepository } from '../order/orders.repository.js';

/** Clocks differ by so much, in milliseconds. */
const MOST_AHEAD_MS = 10_000;
const MOST_BEHIND_MS = 24 * 60 * 60_000;

type ToldLocation = Omit<ToldLocationDto, 'eta'> & { readonly eta?: Eta };

/** Positions that came faster than they are told: the newest of each order, until its turn comes. */
interface Waiting {
  tell: () => Promise<void>;
}

/** Where an order's partner is: told to whoever looks now, and kept sparsely. */
@Injectable()
export class OrderLocations {
  private readonly waiting = new Map<string, Waiting>();

  constructor(
    private readonly repository: OrdersRepository,
    private readonly movements: OrderMovements,
    private readonly geofence: OrderGeofence,
    private readonly track: OrderTrack,
    private readonly bus: Bus,
    private readonly settings: Settings,
  ) {}

  /**
   * Throws not_found, forbidden for all but the assigned partner, conflict once the order has ended, invalid_message for a
   * time in the future or more than a day ago, and unprocessable for a place that nobody gets to so fast. A position measured
   * before the current one goes to the track and nowhere else. What comes faster than LOCATION_RATE is told as often as that, the newest each time.
   */
  async publish(principal: Principal, orderId: string, location: LocationDto): Promise<ToldLocationDto> {
    const row = await this.repository.find(orderId);
    requireRelation(row, principal, ['partner']);
    const { order } = row;
    if (isFinal(order.status)) throw new ServiceError('conflict', `The order is ${order.status}.`);
    const journey = { orderId: order.id, partnerId: order.partnerId ?? '' };
    const { movement, track } = await this.movements.of(journey);
    const fix = fixOf(location, Date.now());
    const verdict = movement.take(fix);
    if (verdict === 'refused') throw tooFast();
    await this.track.record(journey, track, fix, verdict === 'late');
    if (verdict === 'late') return locationView(fix);
    const told = this.view(row, fix, movement.speed());
    if (movement.rate.take(fix.receivedAt)) await this.tell(order.id, told, fix);
    else this.tellLater(order.id, told, fix);
    await this.geofence.check(row, movement, fix);
    return told;
  }

  /** Where the partner was seen last, as far as that was kept; null: nowhere yet. */
  async latest(row: OrderRow): Promise<ToldLocationDto | null> {
    const { id: orderId, partnerId, status } = row.order;
    if (partnerId === null || isFinal(status)) return null;
    const recent = await this.track.recent({ orderId, partnerId });
    const last = recent.at(-1);
    return last ? this.view(row, last, speedOf(recent)) : null;
  }

  private view({ order }: OrderRow, fix: Fix, speed: number | null): ToldLocation {
    const destination = destinationOf(order);
    return {
      ...locationView(fix),
      ...(destination && { eta: etaTo(destination, fix, speed, fix.receivedAt) }),
    };
  }

  /** `as_of`: several nodes may take the positions of one partner, and none shows an older one after a newer one. */
  private tell(orderId: string, told: ToldLocation, { measuredAt }: Fix): Promise<void> {
    return this.bus.publishEphemeral(orderStream(orderId), { type: 'location', ...told, as_of: measuredAt });
  }

  private tellLater(orderId: string, told: ToldLocation, fix: Fix): void {
    const tell = (): Promise<void> => this.tell(orderId, told, fix);
    const waiting = this.waiting.get(orderId);
    if (waiting) {
      waiting.tell = tell;
      return;
    }
    const newest: Waiting = { tell };
    this.waiting.set(orderId, newest);
    setTimeout(() => {
      this.waiting.delete(orderId);
      void newest.tell();
    }, 1_000 / this.settings.locationRate).unref();
  }
}

/** Throws invalid_message for a time that is in the future, or more than a day ago. */
function fixOf({ latitude, longitude, accuracy, heading, timestamp }: LocationDto, now: number): Fix {
  const given = timestamp === undefined || timestamp === null ? now : Date.parse(timestamp);
  if (given > now + MOST_AHEAD_MS) {
    throw badTimestamp(`must not be more than ${MOST_AHEAD_MS / 1_000} seconds in the future`);
  }
  if (given < now - MOST_BEHIND_MS) throw badTimestamp('must not be more than 24 hours ago');
  // A clock that is a little fast must not make the positions after this one older than it.
  const measuredAt = Math.min(given, now);
  return { latitude, longitude, accuracy: accuracy ?? null, heading: heading ?? null, measuredAt, receivedAt: now };
}

function badTimestamp(detail: string): ServiceError {
  const pointer = '#/timestamp';
  return new ServiceError('invalid_message', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}

function locationView({ latitude, longitude, accuracy, heading, measuredAt }: Fix): ToldLocation {
  return {
    latitude,
    longitude,
    ...(accuracy !== null && { accuracy }),
    ...(heading !== null && { heading }),
    timestamp: new Date(measuredAt).toISOString(),
  };
}

function tooFast(): ServiceError {
  const detail = 'Implausible jump. If the next position confirms it, that one will be accepted.';
  return new ServiceError('unprocessable', detail, {
    errors: [
      { pointer: '#/latitude', detail: 'is too far from the last one' },
      { pointer: '#/longitude', detail: 'is too far from the last one' },
    ],
  });
}
