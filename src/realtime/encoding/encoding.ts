import { deflatedFrame, deflatedPositionedFrame, withDeflatedPosition } from './deflated-frame.js';
import { PING_FRAME, positionedFrame, textFrame, withPosition } from './frame.js';

/** A message for clients, encoded as JSON once, whatever carries it. */
export interface ClientMessage {
  readonly type: string;
  readonly json: string;
}

/** How messages become bytes on one kind of connection. Positions are of fixed width, so that they can be exchanged. */
export interface Encoding {
  readonly name: string;
  /**
   * Sent between messages: the client's answer shows that it has read what stands before. A pong to the ping of the heartbeat
   * may come late, behind megabytes in the buffers of the kernel. Null where clients do not answer.
   */
  readonly progressMark: Buffer | null;
  plain(message: ClientMessage): Buffer;
  positioned(message: ClientMessage, position: string): Buffer;
  /** A copy of what `positioned` gave, with another position of the same width. */
  repositioned(bytes: Buffer, position: string): Buffer;
}

export const WEB_SOCKET_ENCODING: Encoding = {
  name: 'websocket',
  progressMark: PING_FRAME,
  plain: (message) => textFrame(message.json),
  positioned: (message, position) => positionedFrame(message.json, position),
  repositioned: withPosition,
};

/** For sockets that agreed on permessage-deflate (RFC 7692) without a context: compressed once for all of them. */
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
