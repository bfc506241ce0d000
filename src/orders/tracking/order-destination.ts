import { metresBetween } from '../order/geo.js';
import type { Point } from '../order/geo.js';
import type { OrderPlace } from '../life/order-milestones.table.js';
import type { OrderRow } from '../order/order-view.js';

/** The address that the partner is heading to. */
export interface Destination {
  readonly place: OrderPlace;
  readonly point: Point;
}

/** Same members as `EtaDto`. A type rather than an interface, so that it can be part of a group message. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
export type Eta = {
  readonly place: OrderPlace;
  readonly distance_m: number;
  readonly seconds: number;
  readonly arrives_at: string;
};

/** The ratio of road distance to straight-line distance. */
const DETOUR = 1.3;
/** The assumed speed in metres per second when the speed is unknown: town traffic. */
const USUAL_SPEED = 6;
/**
 * Limits of the speed used for estimates, in metres per second. The minimum keeps a stop at a red light from delaying
 * the estimate forever.
 */
const SLOWEST = 3;
const FASTEST = 40;

/**
 * The pickup address until the order is picked up, the delivery address once it is out for delivery. Null in between,
 * or without coordinates.
 */
export function destinationOf({ status, pickupLocation, deliveryLocation }: OrderRow['order']): Destination | null {
  if (status === 'pending' || status === 'confirmed') {
    return pickupLocation && { place: 'pickup', point: pickupLocation };
  }
  if (status !== 'out_for_delivery') return null;
  return deliveryLocation && { place: 'delivery', point: deliveryLocation };
}

/**
 * Estimates the arrival. `speed`: metres per second over the last minutes; null: unknown. `at`: time of the position
 * `from`, in milliseconds since 1970.
 */
export function etaTo({ place, point }: Destination, from: Point, speed: number | null, at: number): Eta {
  const metres = metresBetween(from, point);
  const seconds = Math.round((metres * DETOUR) / Math.min(Math.max(speed ?? USUAL_SPEED, SLOWEST), FASTEST));
  return {
    place,
    distance_m: Math.round(metres),
    seconds,
    arrives_at: new Date(at + seconds * 1_000).toISOString(),
  };
}
