import { Section } from '../declarations/section.js';
import { Amount, Integer } from '../declarations/variable.js';

/** Limits of requests. */
@Section(
  'Request limits',
  'A request over a limit is answered with 429 and `Retry-After`. IPv6 addresses are counted by /64. With Redis, the limits ' +
    'apply to all nodes together. Fixed limits are in [Limits](limits.md).',
)
export class LimitSettings {
  @Integer({
    description: 'How many REST requests a user may send, averaged over ten seconds.',
    unit: 'requests a second',
    zero: 'no limit',
    default: '100',
    min: 0,
  })
  readonly requestRate!: number;

  @Integer({
    description: 'How many REST requests an administrator may send, averaged over ten seconds.',
    unit: 'requests a second',
    zero: 'no limit',
    default: '2000',
    min: 0,
  })
  readonly adminRequestRate!: number;

  @Integer({
    description: 'How many REST requests may be sent with an API key, averaged over ten seconds.',
    unit: 'requests a second',
    zero: 'no limit',
    default: '2000',
    min: 0,
  })
  readonly apiKeyRate!: number;

  @Integer({
    description: 'How many REST requests without a valid token an address may send, averaged over ten seconds.',
    unit: 'requests a second',
    zero: 'no limit',
    default: '50',
    min: 0,
  })
  readonly addressRequestRate!: number;

  @Integer({
    description:
      'How many failed logins an account may have per minute from one address or known device. After as many failed logins ' +
      'in a day, the account is throttled: each address has one attempt, and must then wait from a minute to an hour.',
    unit: 'failures a minute',
    default: '10',
    min: 1,
  })
  readonly loginRate!: number;

  @Integer({
    description:
      'How many failed logins an address may have per minute, over all accounts. Known devices are not counted.',
    unit: 'failures a minute',
    default: '30',
    min: 1,
  })
  readonly loginAddressRate!: number;

  @Integer({
    description: 'How many registrations an address may have per hour.',
    unit: 'registrations an hour',
    default: '60',
    min: 1,
  })
  readonly registerRate!: number;

  @Integer({
    description: 'How many times a session may refresh its tokens.',
    unit: 'refreshes a minute',
    default: '30',
    min: 1,
  })
  readonly refreshRate!: number;

  @Amount({
    description: 'The time limit for the headers of a request, and for a WebSocket handshake.',
    unit: 'seconds',
    default: '10',
  })
  readonly handshakeTimeout!: number;

  @Amount({
    description:
      'The time limit for a whole request to arrive, and for the client to read its answer. Event streams are exempt.',
    unit: 'seconds',
    default: '30',
  })
  readonly requestTimeout!: number;

  @Amount({
    description:
      'How long an HTTP connection may be idle between requests. Set it to more than the idle timeout of your proxy (nginx: 60 ' +
      'seconds), so that the proxy closes the connection first.',
    unit: 'seconds',
    default: '75',
  })
  readonly keepAliveTimeout!: number;
}
