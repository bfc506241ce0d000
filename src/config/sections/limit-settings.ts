import { DeliverySettings } from './delivery-settings.js';
import { Amount, Flag, Integer } from '../values/variable.js';

/** Limits for single clients and for all clients together. */
export class LimitSettings extends DeliverySettings {
  @Integer({
    description: 'The largest WebSocket message that a client may send. A larger one closes the socket with 1009.',
    unit: 'bytes',
    default: '65536',
    min: 1,
    max: 100 * 1024 * 1024,
  })
  readonly maxMessageBytes!: number;

  @Amount({
    description:
      'How many messages a client may send on one socket, on average. Further ones are rejected with `rate_limited`; the socket is ' +
      'closed with 4102 after as many rejections in a row as `MESSAGE_BURST`.',
    unit: 'messages a second',
    default: '50',
  })
  readonly messageRate!: number;

  @Integer({
    description: 'How many messages a client may send on one socket at once, before `MESSAGE_RATE` applies.',
    unit: 'messages',
    default: '100',
    min: 1,
  })
  readonly messageBurst!: number;

  @Integer({
    description:
      'How many sockets and event streams a user may have open. Each process counts its own, so two nodes permit twice as many.',
    zero: 'no limit',
    default: '20',
    min: 0,
  })
  readonly maxSocketsPerUser!: number;

  @Integer({
    description:
      'How many sockets and event streams a client address may have open in each process. IPv6 addresses are counted by /64. ' +
      'Behind a proxy, set `TRUST_PROXY`.',
    zero: 'no limit',
    default: '0',
    min: 0,
  })
  readonly maxSocketsPerAddress!: number;

  @Integer({
    description:
      'How many sockets and event streams without a token (health, shared orders, anonymous broadcasts) a client address may ' +
      'have open in each process.',
    zero: 'no limit',
    default: '50',
    min: 0,
  })
  readonly maxAnonymousSocketsPerAddress!: number;

  @Integer({
    description:
      'How many sockets and event streams without a token a process may have open, from all addresses together.',
    zero: 'no limit',
    default: '5000',
    min: 0,
  })
  readonly maxAnonymousSockets!: number;

  @Integer({
    description: 'How many sockets and event streams a process may have open.',
    zero: 'no limit',
    default: '0',
    min: 0,
  })
  readonly maxSockets!: number;

  @Integer({
    description:
      'How much may wait in the outbound queue of one socket. Over this limit the socket gets no live messages; it reads them from ' +
      'the log when its queue has drained.',
    unit: 'bytes',
    default: '1048576',
    min: 1024,
  })
  readonly maxOutboundBytes!: number;

  @Flag({
    description:
      '`true`: compress messages of 1 KiB and more for clients that offer permessage-deflate. This costs CPU and saves traffic; a ' +
      'message to many sockets is compressed once.',
    default: 'false',
  })
  readonly compression!: boolean;

  @Amount({
    description: 'The interval between the protocol pings that the server sends on each socket.',
    unit: 'seconds',
    default: '25',
  })
  readonly pingInterval!: number;

  @Amount({
    description: 'How long the server waits for the answer to a ping before it closes the socket with 4201.',
    unit: 'seconds',
    default: '10',
  })
  readonly pongTimeout!: number;

  @Amount({
    description:
      'The interval at which a node confirms to the other nodes which users are connected to it. Users of a node that has not ' +
      'confirmed for four intervals are shown as offline.',
    unit: 'seconds',
    default: '5',
  })
  readonly presenceInterval!: number;

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
      'How long an HTTP connection may be idle between requests. Choose more than the idle timeout of your proxy (nginx: 60 ' +
      'seconds), so that the proxy closes the connection first.',
    unit: 'seconds',
    default: '75',
  })
  readonly keepAliveTimeout!: number;

  @Amount({
    description: 'How long a socket may stay over `MAX_OUTBOUND_BYTES` before it is closed with 4101.',
    unit: 'seconds',
    default: '60',
  })
  readonly stuckTimeout!: number;

  @Amount({
    description:
      'The time from SIGTERM to the exit of the process: sockets are closed, and requests and jobs are finished.',
    unit: 'seconds',
    zero: 'the process exits without waiting',
    default: '30',
    min: 0,
  })
  readonly drainTimeout!: number;

  @Integer({
    description:
      'How many failed logins an account may have per minute from one address or known device. An account with as many failures in ' +
      'a day is slowed down: each address has one attempt and then waits, from a minute to an hour.',
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
    description: 'How often a session may refresh its tokens per minute.',
    unit: 'refreshes a minute',
    default: '30',
    min: 1,
  })
  readonly refreshRate!: number;

  @Integer({
    description: 'How many REST requests a user may send, averaged over ten seconds.',
    unit: 'requests a second',
    zero: 'no limit',
    default: '100',
    min: 0,
  })
  readonly requestRate!: number;

  @Integer({
    description:
      'How many REST requests an administrator may send, averaged over ten seconds. Back ends that publish are administrators.',
    unit: 'requests a second',
    zero: 'no limit',
    default: '2000',
    min: 0,
  })
  readonly adminRequestRate!: number;

  @Integer({
    description: 'How many REST requests without a valid token an address may send, averaged over ten seconds.',
    unit: 'requests a second',
    zero: 'no limit',
    default: '50',
    min: 0,
  })
  readonly addressRequestRate!: number;

  @Integer({
    description: 'How long durable messages are kept, and so how far back a client can resume.',
    unit: 'days',
    default: '30',
    min: 1,
    max: 36_500,
  })
  readonly historyDays!: number;
}
