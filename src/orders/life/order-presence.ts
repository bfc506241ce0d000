import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Entrant } from '../../realtime/gateway/gateway.js';
import { Presence } from '../../presence/presence.js';
import { orderStream } from '../../streams/names/group-names.js';
import { ownGroup } from '../../streams/names/own-group.js';
import { StreamFollower } from '../../streams/follow/stream-follower.js';
import { relationTo } from '../order/order-relation.js';
import type { Principal } from '../../auth/principal/principal.js';
import type { OrderRow } from '../order/order-view.js';
import type { ParticipantDto, PresenceMessage } from './order-talk.messages.js';

/** An order with sockets on this node. */
interface Watched {
  readonly customerId: string;
  partnerUserId: string | null;
  sockets: number;
  /** What the sockets here were last shown; null: nothing yet. */
  shown: string | null;
}

/** As `ParticipantDto`. A type and no interface, so that it can travel in a group message. */
type Participant = Readonly<Pick<ParticipantDto, keyof ParticipantDto>>;

/** Which of an order's participants are online, over all nodes. Administrators look on and are not told of. */
@Injectable()
export class OrderPresence implements OnModuleInit {
  private readonly watched = new Map<string, Watched>();

  constructor(
    private readonly presence: Presence,
    private readonly follower: StreamFollower,
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

  /** A socket of somebody who may follow the order came; gives what it is told, or null when that is still to be found out. */
  enter({ order, partnerUserId }: OrderRow, principal: Principal, entrant: Entrant): PresenceMessage | null {
    const room = orderStream(order.id);
    const watched = this.watched.get(room) ?? { customerId: order.customerId, partnerUserId, sockets: 0, shown: null };
    this.watched.set(room, watched);
    watched.partnerUserId = partnerUserId;
    watched.sockets += 1;
    const isParticipant = relationTo({ order, partnerUserId }, principal) !== 'admin';
    const leave = this.presence.enter(room, isParticipant ? principal.userId : null);
    entrant.onceClosed(() => {
      watched.sockets -= 1;
      if (watched.sockets === 0) this.watched.delete(room);
      leave();
    });
    const online = this.presence.online(room);
    return online && { type: 'presence', participants: participantsOf(watched, online) };
  }

  /** The order was given to another partner: told on every node with sockets on it. */
  partnerChanged(orderId: string, partnerUserId: string): void {
    this.presence.tell(orderStream(orderId), partnerUserId);
  }

  /** To this node's own sockets: every node sees for itself. */
  private show(room: string, online: ReadonlySet<string> | null): void {
    const order = this.watched.get(room);
    if (!order || !online) return;
    const participants = participantsOf(order, online);
    const shown = JSON.stringify(participants);
    if (shown === order.shown) return;
    order.shown = shown;
    this.follower.offerEphemeral(ownGroup(room), { type: 'presence', participants });
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
