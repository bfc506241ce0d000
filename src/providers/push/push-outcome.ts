import type { Outcome } from '../provider/delivery-provider.js';

/** The outcome for one device. `gone`: the device does not exist any more, so its registration is deleted. */
export type DeviceOutcome = Exclude<Outcome, { status: 'skipped' }> | { readonly status: 'gone' };
