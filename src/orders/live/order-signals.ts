import { Injectable } from '@nestjs/common';
import type { Message } from '../../channel-layer/interface/message.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { stringifyExact } from '../../exact-json/exact-json.js';
import { groupId } from '../../streams/names/group-names.js';
import { Bus } from '../../streams/bus/bus.js';
import { ownGroup } from '../../streams/names/own-group.js';
import { OrderCalls } from '../chat/order-calls.js';
import type { OrderRelation } from '../order/order-relation.js';
import type { SendCallSignalMessage, SendTypingMessage } from '../life/participant.messages.js';

/**
 * The sender of a signal. Determined when the socket opens, because signals are too frequent for a database query per
 * signal.
 */
export interface Sender {
  readonly orderId: string;
  readonly userId: string;
  readonly relation: OrderRelation;
}

/** The group that only the sockets of one side of an order subscribe to. */
export function sideOf(orderId: string, relation: 'customer' | 'partner'): string {
  return ownGroup(`side_${relation}_${groupId(orderId)}`);
}

/**
 * Relays transient signals between customer and partner. Signals are sent to the sockets of the other side and are not
 * stored. A call that is not answered becomes a notification.
 */
@Injectable()
export class OrderSignals {
  constructor(
    private readonly bus: Bus,
    private readonly calls: OrderCalls,
  ) {}

  /** Throws forbidden unless the sender is the customer or the partner. */
  typing(sender: Sender, { is_typing }: SendTypingMessage): Promise<void> {
    return this.relay(sender, { type: 'typing', is_typing, user_id: sender.userId });
  }

  /** Throws forbidden unless the sender is the customer or the partner. */
  async call(sender: Sender, { call_id, signal, payload }: SendCallSignalMessage): Promise<void> {
    await this.relay(sender, {
      type: 'call_signal',
      call_id,
      signal,
      user_id: sender.userId,
      // Sent as text, because the payload may contain values that the formats used between nodes cannot represent.
      ...(payload !== undefined && { payload: stringifyExact(payload) }),
    });
    const call = { orderId: sender.orderId, userId: sender.userId, callId: call_id };
    if (signal === 'ring') await this.calls.ring(call);
    else if (signal === 'answer') await this.calls.answer(call);
    else if (signal === 'hangup') await this.calls.hangUp(call);
  }

  private relay({ orderId, relation }: Sender, message: Message): Promise<void> {
    if (relation !== 'customer' && relation !== 'partner') {
      throw new ServiceError('forbidden', 'Only the customer or partner of the order may do this.');
    }
    return this.bus.publishEphemeral(sideOf(orderId, relation === 'customer' ? 'partner' : 'customer'), message);
  }
}
