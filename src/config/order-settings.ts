import { LimitSettings } from './limit-settings.js';
import { Amount } from './variable.js';

/** Where partners are, and what is made of it. */
export class OrderSettings extends LimitSettings {
  /** Positions of one order told per second; of more the newest is told. */
  @Amount({ default: '5', unit: 'positions a second' })
  readonly locationRate!: number;

  /** Metres a second; a position that nobody gets to so fast is refused. */
  @Amount({ default: '100', unit: 'metres a second' })
  readonly locationMaxSpeed!: number;

  /** Metres from an address within which the partner is announced as nearby. */
  @Amount({ default: '500', unit: 'metres' })
  readonly nearbyRadius!: number;

  /** Metres from an address within which the partner is announced as arrived. */
  @Amount({ default: '75', unit: 'metres' })
  readonly arrivedRadius!: number;
}
