import { ServiceError } from '../../errors/error/service-error.js';
import { requireStorableText } from '../../input/shape/storable-input.js';
import { parseExact } from '../../exact-json/exact-json.js';
import { excessOf, JSON_BOUNDS } from '../../input/shape/json-bounds.js';
import type { RequestId } from '../connection/connection.js';
import type { PongMessage } from '../gateway/realtime.messages.js';

/** The maximum number of characters of a `request_id` and of a ping's timestamp, which are returned to the client. */
const MAX_ECHO_LENGTH = 200;

export interface InboundMessage {
  readonly type: string;
  readonly request_id?: unknown;
  readonly [member: string]: unknown;
}

/**
 * Returns the text of a frame, or the error with which the frame is rejected. Limits the levels, members and values of the
 * JSON, so that the cost of parsing is proportional to the size.
 */
export function frameText(data: Buffer, isBinary: boolean): string | ServiceError {
  if (isBinary) return new ServiceError('invalid_message', 'binary messages are not supported; send JSON text');
  const excess = excessOf(data, JSON_BOUNDS);
  return excess === null ? data.toString('utf8') : new ServiceError('invalid_message', `the message ${excess}`);
}

/** Parses a message. Throws ServiceError if the text is not a JSON object with a `type`. */
export function parseMessage(text: string): InboundMessage {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch {
    throw new ServiceError('invalid_json', 'the message is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ServiceError('invalid_message', 'the message is not a JSON object');
  }
  if (typeof (value as { type?: unknown }).type !== 'string') {
    throw new ServiceError('invalid_message', 'the message has no type', {
      errors: [{ pointer: '#/type', detail: 'must be a string' }],
    });
  }
  return value as InboundMessage;
}

/**
 * Returns the `request_id` to send with the answer. Anything but a short string or a finite number is ignored. Throws
 * ServiceError for text that the database cannot store.
 */
export function requestIdOf({ request_id: id }: InboundMessage): RequestId | undefined {
  // If the answer is a durable message, the id is stored with it.
  requireStorableText({ request_id: id });
  return (typeof id === 'string' && id.length <= MAX_ECHO_LENGTH) || typeof id === 'bigint' || Number.isFinite(id)
    ? (id as RequestId)
    : undefined;
}

/** Returns the answer to a ping. Throws invalid_message for a timestamp that cannot be returned unchanged. */
export function pong({ timestamp }: InboundMessage): PongMessage {
  const server_time = new Date().toISOString();
  if (timestamp === undefined) return { type: 'pong', server_time };
  if (!isEchoed(timestamp)) {
    const pointer = '#/timestamp';
    const detail = `must be a number or a string of at most ${MAX_ECHO_LENGTH} characters`;
    throw new ServiceError('invalid_message', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
  }
  return { type: 'pong', timestamp, server_time };
}

function isEchoed(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= MAX_ECHO_LENGTH;
  return value === null || typeof value === 'boolean' || typeof value === 'bigint' || Number.isFinite(value);
}
