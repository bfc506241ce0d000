import type { Outcome } from '../provider/delivery-provider.js';

/** How one device fared: as a delivery, or it is gone for good and its registration with it. */
export type DeviceOutcome = Exclude<Outcome, { status: 'skipped' }> | { readonly status: 'gone' };
