import { Injectable } from '@nestjs/common';
import type { Message } from '../../channel-layer/interface/message.js';
import { ServiceError } from '../../errors/service-error.js';
import { stringifyExact } from '../../exact-json/exact-json.js';
import { groupId } from '../../streams/names/group-names.js';
import { Bus } from '../../streams/bus.js';
import { ownGroup } from '../../streams/names/own-group.js';
import type { OrderRelation } from '../order/order-relation.js';
import type { SendCallSignalMessage, SendTypingMessage } from '../life/order-talk.messages.js';

/** Who sends: known since the socket came in, since these come too often to ask the database each time. */
export interface Sender {
  readonly orderId: string;
  readonly userId: string;
  readonly relation: OrderRelation;
}

/** The group that only the sockets of one side of an order hear. */
export function sideOf(orderId: string, relation: 'customer' | 'partner'): string {
  return ownGroup(`side_${relation}_${groupId(orderId)}`);
}

/** What customer and partner tell each other in passing: to the sockets of the other side, and kept nowhere. */
@Injectable()
export class OrderSignals {
  constructor(private readonly bus: Bus) {}

  /** Throws forbidden for those who only look on. */
  typing(sender: Sender, { is_typing }: SendTypingMessage): Promise<void> {
    return this.relay(sender, { type: 'typing', is_typing, user_id: sender.userId });
  }

  /** Throws forbidden for those who only look on. */
  call(sender: Sender, { call_id, signal, payload }: SendCallSignalMessage): Promise<void> {
    return this.relay(sender, {
      type: 'call_signal',
      call_id,
      signal,
      user_id: sender.userId,
      // As text: what the two agree on need not be anything that the wires between nodes can carry.
      ...(payload !== undefined && { payload: stringifyExact(payload) }),
    });
  }

  private relay({ orderId, relation }: Sender, message: Message): Promise<void> {
    if (relation !== 'customer' && relation !== 'partner') {
      throw new ServiceError('forbidden', 'Only the customer or partner of the order may do this.');
    }
    return this.bus.publishEphemeral(sideOf(orderId, relation === 'customer' ? 'partner' : 'customer'), message);
  }
}
