import { deflatedFrame, deflatedPositionedFrame, withDeflatedPosition } from './deflated-frame.js';
import { PING_FRAME, positionedFrame, textFrame, withPosition } from './frame.js';

/** A message for clients. It is encoded as JSON once, whatever the transport. */
export interface ClientMessage {
  readonly type: string;
  readonly json: string;
}

/** Encodes messages for one kind of connection. Positions have a fixed width, so that they can be replaced in the bytes. */
export interface Encoding {
  readonly name: string;
  /**
   * Sent between messages: the client's answer shows that it has read everything before. The pong to the heartbeat's ping may
   * be late, because that ping can be behind megabytes in the kernel's buffers. Null if clients do not answer.
   */
  readonly progressMark: Buffer | null;
  plain(message: ClientMessage): Buffer;
  positioned(message: ClientMessage, position: string): Buffer;
  /** Copies bytes made by `positioned`, with another position of the same width. */
  repositioned(bytes: Buffer, position: string): Buffer;
}

export const WEB_SOCKET_ENCODING: Encoding = {
  name: 'websocket',
  progressMark: PING_FRAME,
  plain: (message) => textFrame(message.json),
  positioned: (message, position) => positionedFrame(message.json, position),
  repositioned: withPosition,
};

/**
 * For sockets that negotiated permessage-deflate (RFC 7692) without context takeover. Each message is compressed once for all
 * of them.
 */
export const DEFLATED_WEB_SOCKET_ENCODING: Encoding = {
  name: 'deflated-websocket',
  progressMark: PING_FRAME,
  plain: (message) => deflatedFrame(message.json),
  positioned: (message, position) => deflatedPositionedFrame(message.json, position),
  repositioned: withDeflatedPosition,
};

const ID_OFFSET = 'id: '.length;
const AFTER_POSITION = '"}\n\n'.length;

/** Server-Sent Events (WHATWG HTML, section 9.2): `id` is the position, `event` the type, `data` the JSON. */
export const EVENT_STREAM_ENCODING: Encoding = {
  name: 'event-stream',
  progressMark: null,
  plain: ({ type, json }) => Buffer.from(`event: ${type}\ndata: ${json}\n\n`),
  positioned: ({ type, json }, position) =>
    Buffer.from(`id: ${position}\nevent: ${type}\ndata: ${json.slice(0, -1)},"position":"${position}"}\n\n`),
  repositioned: (bytes, position) => {
    const copy = Buffer.from(bytes);
    copy.write(position, ID_OFFSET, 'latin1');
    copy.write(position, bytes.length - AFTER_POSITION - position.length, 'latin1');
    return copy;
  },
};
