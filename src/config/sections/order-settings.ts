import { Section } from '../declarations/section.js';
import { Amount, List, Ruled, Text } from '../declarations/variable.js';
import { parseNumber } from '../values/parse.js';

/** Four decimals, so that the share of an exact amount is exact. */
function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1 && Number(value.toFixed(4)) === value;
}

/** Orders, positions of partners and the events that depend on them, and calls. */
@Section('Orders and calls')
export class OrderSettings {
  @Text({
    description: 'The currency of orders and earnings: an ISO 4217 code.',
    default: 'USD',
    pattern: /^[A-Z]{3}$/,
    mustBe: 'three capital letters (ISO 4217)',
  })
  readonly currency!: string;

  @Ruled(parseNumber, isShare, {
    description: 'The part of the total of an order that its partner earns when the order is completed.',
    default: '1',
    mustBe: 'a number from 0 to 1 with at most four decimals',
  })
  readonly partnerShare!: number;

  @Amount({
    description: 'How many positions of one order are sent to its sockets. If more arrive, only the newest is sent.',
    unit: 'positions a second',
    default: '5',
  })
  readonly locationRate!: number;

  @Amount({
    description:
      'The fastest plausible movement of a partner. A position that implies a faster movement is rejected with 422, unless the next ' +
      'position confirms it.',
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

  @List({
    description:
      'The TURN server (coturn) for calls between customer and partner: comma-separated URLs such as ' +
      '`turn:turn.example.com:3478?transport=udp`.',
    absent: 'calls work only between networks that reach each other directly',
    default: '',
    pattern: /^(stuns?|turns?):[^\s/@]+$/,
    of: 'URLs such as turn:turn.example.com:3478?transport=udp, turns:turn.example.com:5349 or stun:turn.example.com',
  })
  readonly turnUrl!: readonly string[];

  @Text({
    description: 'The `static-auth-secret` of coturn. Required if `TURN_URL` has a `turn:` or `turns:` URL.',
    absent: 'no credentials',
    secret: true,
  })
  readonly turnSecret?: string;

  @Amount({
    description: 'How long TURN credentials are valid. Set it to more than the duration of the longest call.',
    unit: 'seconds',
    default: '43200',
  })
  readonly turnTtl!: number;
}
