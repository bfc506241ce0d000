import { Injectable } from '@nestjs/common';
import type { Message } from '../../channel-layer/interface/message.js';
import { streamOf } from '../../streams/names/own-group.js';
import type { Audience } from './audience.js';
import { ClientMessages, messageForSender, senderOf } from './client-messages.js';
import type { ClientMessage, Encoding } from '../encoding/encoding.js';
import { EphemeralVersions } from './ephemeral-versions.js';
import { HeldMessages } from './held-messages.js';
import type { EphemeralFrame } from './held-messages.js';
import { ItemsByName } from '../connection/items-by-name.js';
import type { ServedGateway } from '../gateway/served-gateway.js';

/**
 * Sends group messages to sockets. A message is converted once per gateway and language, and encoded once per encoding. The
 * frame of a broadcast is copied per audience, with another position. Messages of one turn of the event loop are sent in one
 * write per socket. Code here must not allocate, log or await per socket.
 */
@Injectable()
export class FanOut {
  /** Audiences by stream and group name. `ownGroup(stream)` is listed under the stream's name. */
  private readonly audiences = new ItemsByName<Audience>();
  private readonly versions = new EphemeralVersions();
  private dirty: Audience[] = [];
  private readonly flushAll = (): void => {
    const { dirty } = this;
    this.dirty = [];
    for (const audience of dirty) audience.flush();
  };

  constructor(
    private readonly held: HeldMessages,
    private readonly clientMessages: ClientMessages,
  ) {}

  add(audience: Audience): void {
    for (const name of audience.names) this.audiences.add(streamOf(name), audience);
  }

  remove(audience: Audience): void {
    for (const name of audience.names) {
      this.audiences.remove(streamOf(name), audience);
      if (!this.hasAudience(name)) this.versions.forget(streamOf(name));
    }
  }

  /** Call this when the log was restored: positions start again, and so does `as_of`. */
  reset(): void {
    this.versions.clear();
  }

  /** Whether this node has an audience for the group. */
  hasAudience(group: string): boolean {
    return this.audiences.has(streamOf(group));
  }

  /** Queues the next entry of a stream for every audience that follows the stream. */
  queueEntry(stream: string, position: number, message: Message): void {
    const sender = senderOf(message);
    let gateway: ServedGateway | undefined;
    let encoding: Encoding | undefined;
    let language: string | null = null;
    let clientMessage: ClientMessage | null = null;
    let frame: Buffer | undefined;
    let width = 0;
    const source = { name: stream, isDurable: true };
    for (const audience of this.audiences.get(stream)) {
      if (!audience.isFollowing || !audience.streamNames.includes(stream)) continue;
      if (audience.gateway !== gateway || audience.encoding !== encoding || audience.language !== language) {
        const isConverted = audience.gateway === gateway && audience.language === language;
        if (!isConverted) {
          clientMessage = this.clientMessages.convert(audience.gateway, message, source, audience.language);
        }
        ({ gateway, encoding, language } = audience);
        frame = undefined;
      }
      if (sender !== null) audience.flush();
      audience.advance(stream, position);
      if (clientMessage === null) continue;
      const text = audience.positionText();
      frame =
        frame !== undefined && text.length === width
          ? audience.encoding.repositioned(frame, text)
          : audience.encoding.positioned(clientMessage, text);
      width = text.length;
      if (audience.gateway.instance.written && audience.streamNames[0] === stream) audience.report(message);
      if (sender === null || !sendExceptSender(audience, message, sender, frame, clientMessage, text)) {
        this.flushLater(audience, audience.queue(frame));
      }
    }
  }

  /**
   * Queues an ephemeral message, unless a newer version of it was received before. It is held back for sockets that are reading
   * the log.
   */
  queueEphemeral(group: string, message: Message): void {
    const name = streamOf(group);
    if (!this.audiences.has(name) || this.versions.isOutdated(name, message)) return;
    const sender = senderOf(message);
    let gateway: ServedGateway | undefined;
    let encoding: Encoding | undefined;
    let language: string | null = null;
    let clientMessage: ClientMessage | null = null;
    let ephemeral: EphemeralFrame | null = null;
    const source = { name, isDurable: false };
    for (const audience of this.audiences.get(name)) {
      if (audience.gateway !== gateway || audience.encoding !== encoding || audience.language !== language) {
        const isConverted = audience.gateway === gateway && audience.language === language;
        if (!isConverted) {
          clientMessage = this.clientMessages.convert(audience.gateway, message, source, audience.language);
        }
        ({ gateway, encoding, language } = audience);
        ephemeral = clientMessage && ephemeralFrame(audience, clientMessage);
      }
      if (!clientMessage || !ephemeral) continue;
      if (!audience.allAreLive) this.holdBack(audience, ephemeral);
      if (sender !== null) audience.flush();
      if (sender === null || !sendExceptSender(audience, message, sender, ephemeral.frame, clientMessage, null)) {
        this.flushLater(audience, audience.queueEphemeral(ephemeral));
      }
    }
  }

  /** `isFirst`: whether the audience had nothing queued before. */
  private flushLater(audience: Audience, isFirst: boolean): void {
    if (isFirst && this.dirty.push(audience) === 1) setImmediate(this.flushAll);
  }

  private holdBack(audience: Audience, message: EphemeralFrame): void {
    for (const member of audience.members) {
      if (!member.isLive) this.held.hold(member, message);
    }
  }
}

function ephemeralFrame({ gateway, encoding }: Audience, message: ClientMessage): EphemeralFrame {
  const { type } = message;
  return { type, latestOnly: gateway.instance.latestOnly?.has(type) === true, frame: encoding.plain(message) };
}

/**
 * Sends a message that one socket must not get, or gets with its `request_id`. Such messages are rare. Returns false if that
 * socket is not a live member of the audience.
 */
function sendExceptSender(
  audience: Audience,
  message: Message,
  sender: string,
  frame: Buffer,
  clientMessage: ClientMessage,
  position: string | null,
): boolean {
  for (const connection of audience.members) {
    if (connection.id !== sender || !connection.isLive) continue;
    const messageToSender = messageForSender(message, clientMessage);
    audience.sendExcept(frame, connection, messageToSender && encode(audience.encoding, messageToSender, position));
    return true;
  }
  return false;
}

function encode(encoding: Encoding, message: ClientMessage, position: string | null): Buffer {
  return position === null ? encoding.plain(message) : encoding.positioned(message, position);
}
