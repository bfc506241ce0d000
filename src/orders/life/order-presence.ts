import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { AdmittedSocket } from '../../realtime/gateway/gateway.js';
import { Presence } from '../../presence/presence.js';
import { orderStream } from '../../streams/names/group-names.js';
import { ownGroup } from '../../streams/names/own-group.js';
import { GroupSubscriptions } from '../../streams/bus/group-subscriptions.js';
import { relationTo } from '../order/order-relation.js';
import type { Principal } from '../../auth/principal/principal.js';
import type { OrderRow } from '../order/order-view.js';
import type { ParticipantDto, PresenceMessage } from './participant.messages.js';

/** An order with sockets on this node. */
interface Watched {
  readonly customerId: string;
  partnerUserId: string | null;
  sockets: number;
  /** The presence last sent to this node's sockets, as JSON. Null: nothing sent yet. */
  shown: string | null;
}

/** Same members as `ParticipantDto`. A type rather than an interface, so that it can be part of a group message. */
type Participant = Readonly<Pick<ParticipantDto, keyof ParticipantDto>>;

/**
 * Tracks which participants of an order are online, over all nodes. Administrators receive presence but are not part of
 * it.
 */
@Injectable()
export class OrderPresence implements OnModuleInit {
  private readonly watched = new Map<string, Watched>();

  constructor(
    private readonly presence: Presence,
    private readonly subscriptions: GroupSubscriptions,
  ) {}

  onModuleInit(): void {
    this.presence.changes.subscribe(({ room, online }) => {
      this.show(room, online);
    });
    this.presence.facts.subscribe(({ room, fact }) => {
      const order = this.watched.get(room);
      if (!order || (typeof fact !== 'string' && fact !== null)) return;
      order.partnerUserId = fact;
      this.show(room, this.presence.online(room));
    });
  }

  /**
   * Registers the socket of a user who may follow the order. Returns the presence to send to the socket, or null while
   * it is not yet known.
   */
  enter({ order, partnerUserId }: OrderRow, principal: Principal, socket: AdmittedSocket): PresenceMessage | null {
    const room = orderStream(order.id);
    const watched = this.watched.get(room) ?? { customerId: order.customerId, partnerUserId, sockets: 0, shown: null };
    this.watched.set(room, watched);
    watched.partnerUserId = partnerUserId;
    watched.sockets += 1;
    const isParticipant = relationTo({ order, partnerUserId }, principal) !== 'admin';
    const leave = this.presence.enter(room, isParticipant ? principal.userId : null);
    socket.onceClosed(() => {
      watched.sockets -= 1;
      if (watched.sockets === 0) this.watched.delete(room);
      leave();
    });
    const online = this.presence.online(room);
    return online && { type: 'presence', participants: participantsOf(watched, online) };
  }

  /** Publishes the order's new partner, or null, to every node with sockets on the order. */
  partnerChanged(orderId: string, partnerUserId: string | null): void {
    this.presence.publishFact(orderStream(orderId), partnerUserId);
  }

  /** Sends presence to this node's sockets only. Every node computes its own. */
  private show(room: string, online: ReadonlySet<string> | null): void {
    const order = this.watched.get(room);
    if (!order || !online) return;
    const participants = participantsOf(order, online);
    const shown = JSON.stringify(participants);
    if (shown === order.shown) return;
    order.shown = shown;
    this.subscriptions.deliver(ownGroup(room), { type: 'presence', participants });
  }
}

function participantsOf({ customerId, partnerUserId }: Watched, online: ReadonlySet<string>): Participant[] {
  const participant = (userId: string, role: Participant['role']): Participant => ({
    user_id: userId,
    role,
    online: online.has(userId),
  });
  const customer = participant(customerId, 'customer');
  return partnerUserId === null ? [customer] : [customer, participant(partnerUserId, 'partner')];
}
