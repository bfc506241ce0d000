import { metresBetween } from '../order/geo.js';
import type { Point } from '../order/geo.js';
import type { OrderPlace } from '../life/order-milestones.table.js';
import type { OrderRow } from '../order/order-view.js';

/** Where the partner is heading. */
export interface Destination {
  readonly place: OrderPlace;
  readonly point: Point;
}

/** As `EtaDto`. A type and no interface, so that it can travel in a group message. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
export type Eta = {
  readonly place: OrderPlace;
  readonly distance_m: number;
  readonly seconds: number;
  readonly arrives_at: string;
};

/** Streets are longer than the crow's way by so much. */
const DETOUR = 1.3;
/** Metres a second where nothing is known: a town. */
const USUAL_SPEED = 6;
/** One who stands at a red light is not going to stand there for ever. */
const SLOWEST = 3;
const FASTEST = 40;

/** The pickup until the order is picked up, the delivery once it is out for delivery; null in between, or without coordinates. */
export function destinationOf({ status, pickupLocation, deliveryLocation }: OrderRow['order']): Destination | null {
  if (status === 'pending' || status === 'confirmed') {
    return pickupLocation && { place: 'pickup', point: pickupLocation };
  }
  if (status !== 'out_for_delivery') return null;
  return deliveryLocation && { place: 'delivery', point: deliveryLocation };
}

/** When they will be there, by their speed of the last minutes (metres a second; null: not known). `at`: when they were there, in milliseconds. */
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
