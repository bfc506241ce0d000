/** The channel holds as many messages as it may; the message was not sent. */
export class ChannelFull extends Error {
  constructor(readonly channel: string) {
    super(`Channel ${channel} is full`);
    this.name = 'ChannelFull';
  }
}

/** A group or channel name breaks the rules; nothing was done. */
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

/** A message to be sent holds what the wire can't carry (a Date, a function, a reserved key, no type). */
export class InvalidMessage extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'InvalidMessage';
  }
}

/** Bytes from the wire are not a message: not msgpack, not a dictionary with a type, or not our encryption. */
export class MalformedMessage extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'MalformedMessage';
  }
}
