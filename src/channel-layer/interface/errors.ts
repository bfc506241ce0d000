/** The channel has reached its capacity. The message was not sent. */
export class ChannelFull extends Error {
  constructor(readonly channel: string) {
    super(`Channel ${channel} is full`);
    this.name = 'ChannelFull';
  }
}

/** A group or channel name is invalid. Nothing was done. */
export class InvalidName extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidName';
  }
}

/** The backend does not answer. The message may or may not have been sent (at most once). */
export class ChannelLayerUnavailable extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ChannelLayerUnavailable';
  }
}

/** The message contains something that the wire cannot carry (a Date, a function, a reserved key), or has no type. */
export class InvalidMessage extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'InvalidMessage';
  }
}

/** Received bytes are not a message: not msgpack, not a dictionary with a type, or not encrypted with our keys. */
export class MalformedMessage extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'MalformedMessage';
  }
}
