import type { MeasuredPointDto } from '../requests/order-location.dto.js';
import type { Fix } from './order-movement.js';

/** A plain object of this shape. */
type MeasuredPoint = Pick<MeasuredPointDto, keyof MeasuredPointDto>;

/** A position as clients receive it. Members that the phone did not report are omitted. */
export function measuredPoint({ latitude, longitude, accuracy, heading, measuredAt }: Fix): MeasuredPoint {
  return {
    latitude,
    longitude,
    ...(accuracy !== null && { accuracy }),
    ...(heading !== null && { heading }),
    timestamp: new Date(measuredAt).toISOString(),
  };
}
