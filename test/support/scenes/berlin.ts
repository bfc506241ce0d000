/** Two addresses, 3,336 m apart. */
export const PICKUP = { latitude: 52.5, longitude: 13.4 };
export const DELIVERY = { latitude: 52.53, longitude: 13.4 };

/** The point that many metres north of a place: a degree of latitude is 111,195 m. */
export function north(metres: number, of = PICKUP): typeof PICKUP {
  return { ...of, latitude: of.latitude + metres / 111_195 };
}
