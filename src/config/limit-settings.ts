import { DeliverySettings } from './delivery-settings.js';
import { Amount, Flag, Integer } from './variable.js';

/** What one client, and all of them together, may use. */
export class LimitSettings extends DeliverySettings {
  /** Bytes of an inbound WebSocket message; larger ones close the socket with 1009. */
  @Integer({ default: '65536', min: 1, max: 100 * 1024 * 1024 })
  readonly maxMessageBytes!: number;

  /** Inbound messages per second and socket, in the long run. */
  @Amount({ default: '50', unit: 'messages a second' })
  readonly messageRate!: number;

  /** Inbound messages a socket may send at once. */
  @Integer({ default: '100', min: 1 })
  readonly messageBurst!: number;

  /** Each process counts its own. 0: off. */
  @Integer({ default: '20', min: 0 })
  readonly maxSocketsPerUser!: number;

  /** Each process counts its own. 0: off. */
  @Integer({ default: '0', min: 0 })
  readonly maxSocketsPerAddress!: number;

  /** Sockets and event streams without a token (health, shared orders, anonymous broadcasts) per address and process. 0: off. */
  @Integer({ default: '50', min: 0 })
  readonly maxAnonymousSocketsPerAddress!: number;

  /** The same, from all addresses together. 0: off. */
  @Integer({ default: '5000', min: 0 })
  readonly maxAnonymousSockets!: number;

  /** Of this process. 0: off. */
  @Integer({ default: '0', min: 0 })
  readonly maxSockets!: number;

  /** Bytes that may wait for one slow socket before it is fed from the log. */
  @Integer({ default: '1048576', min: 1024 })
  readonly maxOutboundBytes!: number;

  /** Compress what is sent to clients that offer permessage-deflate, from 1 KiB on. Costs CPU, saves mobile data. */
  @Flag({ default: 'false' })
  readonly compression!: boolean;

  /** Seconds between pings. */
  @Amount({ default: '25', unit: 'seconds' })
  readonly pingInterval!: number;

  /** Seconds after a ping until a silent socket is closed with 4201. */
  @Amount({ default: '10', unit: 'seconds' })
  readonly pongTimeout!: number;

  /** Seconds between a node's signs of life; one silent for four times as long has nobody online any more. */
  @Amount({ default: '5', unit: 'seconds' })
  readonly presenceInterval!: number;

  /** Seconds in which the headers of a request must arrive, and in which a WebSocket handshake must end. */
  @Amount({ default: '10', unit: 'seconds' })
  readonly handshakeTimeout!: number;

  /** Seconds in which a whole request must arrive, and in which its answer must be read. Event streams are exempt. */
  @Amount({ default: '30', unit: 'seconds' })
  readonly requestTimeout!: number;

  /** Seconds for which an HTTP connection may be idle between requests. More than a proxy keeps it, so that the proxy closes it. */
  @Amount({ default: '75', unit: 'seconds' })
  readonly keepAliveTimeout!: number;

  /** Seconds a socket may stand over its outbound limit before it is closed with 4101. */
  @Amount({ default: '60', unit: 'seconds' })
  readonly stuckTimeout!: number;

  /** Seconds from SIGTERM to exit. */
  @Amount({ default: '30', unit: 'seconds', min: 0 })
  readonly drainTimeout!: number;

  /** Failed logins per minute of one account from one address or known device; per day over all addresses before they have to wait. */
  @Integer({ default: '10', min: 1 })
  readonly loginRate!: number;

  /** Failed logins per minute from one address, over all accounts; known devices apart. */
  @Integer({ default: '30', min: 1 })
  readonly loginAddressRate!: number;

  /** Refreshes per session and minute. */
  @Integer({ default: '30', min: 1 })
  readonly refreshRate!: number;

  /** REST requests per second and user, in the average of ten seconds. 0: off. */
  @Integer({ default: '100', min: 0 })
  readonly requestRate!: number;

  /** The same for administrators, back ends that publish among them. 0: off. */
  @Integer({ default: '2000', min: 0 })
  readonly adminRequestRate!: number;

  /** REST requests without a valid token per second and address, in the average of ten seconds. 0: off. */
  @Integer({ default: '50', min: 0 })
  readonly addressRequestRate!: number;

  /** Registrations per address and hour. */
  @Integer({ default: '60', min: 1 })
  readonly registerRate!: number;

  /** Days a durable message is kept, and so how far back `?since=` reaches. */
  @Integer({ default: '30', min: 1, max: 36_500 })
  readonly historyDays!: number;
}
