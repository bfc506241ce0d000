import { LimitSettings } from './limit-settings.js';
import { Amount } from '../values/variable.js';

/** Positions of partners, and the events that depend on positions. */
export class OrderSettings extends LimitSettings {
  @Amount({
    description: 'How many positions of one order are sent to its sockets. If more arrive, only the newest is sent.',
    unit: 'positions a second',
    default: '5',
  })
  readonly locationRate!: number;

  @Amount({
    description:
      'The fastest plausible movement of a partner. A position that implies a faster one is rejected with 422, unless the next position ' +
      'confirms it.',
    unit: 'metres a second',
    default: '100',
  })
  readonly locationMaxSpeed!: number;

  @Amount({
    description: 'The distance from an address with coordinates at which the partner is announced as `nearby`.',
    unit: 'metres',
    default: '500',
  })
  readonly nearbyRadius!: number;

  @Amount({
    description: 'The distance from an address with coordinates at which the partner is announced as `arrived`.',
    unit: 'metres',
    default: '75',
  })
  readonly arrivedRadius!: number;
}
