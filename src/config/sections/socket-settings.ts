import { Section } from '../declarations/section.js';
import { Amount, Flag, Integer } from '../declarations/variable.js';

/** Limits and times of sockets and event streams. */
@Section('Sockets')
export class SocketSettings {
  @Integer({
    description: 'The largest WebSocket message that a client may send. A larger message closes the socket with 1009.',
    unit: 'bytes',
    default: '65536',
    min: 1,
    max: 100 * 1024 * 1024,
  })
  readonly maxMessageBytes!: number;

  @Amount({
    description:
      'How many messages a client may send on one socket, on average. Further messages are rejected with `rate_limited`; the socket is ' +
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
    description: 'How many sockets and event streams a process may have open.',
    zero: 'no limit',
    default: '0',
    min: 0,
  })
  readonly maxSockets!: number;

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

  @Flag({
    description:
      '`true`: compress messages of 1 KiB and more for clients that offer permessage-deflate. This costs CPU and saves traffic; a ' +
      'message to many sockets is compressed once.',
    default: 'false',
  })
  readonly compression!: boolean;

  @Integer({
    description:
      'The maximum size of the outbound queue of one socket. Over this limit the socket gets no live messages; it reads them from ' +
      'the log when its queue has drained.',
    unit: 'bytes',
    default: '1048576',
    min: 1024,
  })
  readonly maxOutboundBytes!: number;

  @Amount({
    description: 'How long a socket may stay over `MAX_OUTBOUND_BYTES` before it is closed with 4101.',
    unit: 'seconds',
    default: '60',
  })
  readonly stuckTimeout!: number;

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
    description:
      'The time from SIGTERM to the exit of the process: sockets are closed, and requests and jobs are finished.',
    unit: 'seconds',
    zero: 'the process exits without waiting',
    default: '30',
    min: 0,
  })
  readonly drainTimeout!: number;
}
