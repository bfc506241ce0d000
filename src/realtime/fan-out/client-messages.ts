import { Injectable, Logger } from '@nestjs/common';
import type { Message } from '../../channel-layer/interface/message.js';
import { stringifyExact } from '../../exact-json/exact-json.js';
import type { RequestMarker } from '../connection/connection.js';
import type { ClientMessage } from '../encoding/encoding.js';
import type { MessageSource } from '../gateway/gateway.js';
import type { ServedGateway } from '../gateway/served-gateway.js';

const MAX_WARNINGS = 1_000;

/** Converts group messages to client messages with the gateway's `toClientMessage`. */
@Injectable()
export class ClientMessages {
  private readonly logger = new Logger('ClientMessages');
  private readonly warned = new Set<string>();
  /** The number of group messages that a gateway did not know or failed to read. */
  dropped = 0;

  /**
   * Returns the client message, or null if the gateway does not know the message. Dropped messages are counted, with one
   * warning per type.
   */
  convert(
    gateway: ServedGateway,
    message: Message,
    source: MessageSource,
    language: string | null,
  ): ClientMessage | null {
    const normalized = message.type.includes('.') ? { ...message, type: message.type.replaceAll('.', '_') } : message;
    try {
      const clientMessage = gateway.instance.toClientMessage(normalized, source, language);
      if (clientMessage) return { type: clientMessage.type, json: stringifyExact(clientMessage) };
      if (gateway.instance.filtersMessages !== true) this.drop(gateway, message.type, 'is not supported');
    } catch (error) {
      this.drop(gateway, message.type, `could not be read (${String(error)})`);
    }
    return null;
  }

  private drop(gateway: ServedGateway, type: string, why: string): void {
    this.dropped += 1;
    const key = `${gateway.path} ${type}`;
    if (this.warned.has(key) || this.warned.size >= MAX_WARNINGS) return;
    this.warned.add(key);
    this.logger.warn(
      `a group message of type ${type} for ${gateway.path} ${why}; dropped; further messages of this type are dropped without a log line`,
    );
  }
}

/** Returns the id of the sender's connection if that connection gets the message in a different form, else null. */
export function senderOf(message: Message): string | null {
  if (typeof message.except === 'string') return message.except;
  return requestMarker(message)?.connection ?? null;
}

/** Returns what the marked connection gets: the message with its `request_id`, or null for no message. */
export function messageForSender(message: Message, { type, json }: ClientMessage): ClientMessage | null {
  const request = requestMarker(message);
  if (!request) return null;
  return { type, json: `${json.slice(0, -1)},"request_id":${stringifyExact(request.request_id)}}` };
}

function requestMarker(message: Message): RequestMarker | null {
  return typeof message.request === 'object' ? (message.request as RequestMarker | null) : null;
}
