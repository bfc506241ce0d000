import { Injectable } from '@nestjs/common';
import { ServiceError } from '../errors/error/service-error.js';
import type { AdmittedSocket } from '../realtime/gateway/gateway.js';
import { groupId } from '../streams/names/group-names.js';
import { ownGroup } from '../streams/names/own-group.js';

/** Maximum number of sockets per link on one node. A link that was published widely must not use up all sockets. */
const MOST_PER_LINK = 100;
/** The longest delay of a Node.js timer, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The group of a link's sockets, used to close them. */
export function shareGroup(shareId: string): string {
  return ownGroup(`share_${groupId(shareId)}`);
}

interface Follower {
  readonly shareId: string;
  /** Milliseconds since 1970; null: when the order ends. */
  readonly expiresAt: number | null;
}

/** Limits the sockets of a link on this node in number, and closes them when the link expires. */
@Injectable()
export class SharedOrderSockets {
  private readonly byShare = new Map<string, number>();

  /** Throws too_many_connections. */
  requireRoom(shareId: string): void {
    if ((this.byShare.get(shareId) ?? 0) < MOST_PER_LINK) return;
    throw new ServiceError('too_many_connections', 'Too many clients follow the order with this link.');
  }

  enter(follower: Follower, socket: AdmittedSocket): void {
    const { shareId, expiresAt } = follower;
    this.byShare.set(shareId, (this.byShare.get(shareId) ?? 0) + 1);
    const timer = expiresAt === null ? undefined : closeAt(expiresAt, socket);
    socket.onceClosed(() => {
      clearTimeout(timer);
      this.leave(shareId);
    });
  }

  private leave(shareId: string): void {
    const left = (this.byShare.get(shareId) ?? 1) - 1;
    if (left > 0) this.byShare.set(shareId, left);
    else this.byShare.delete(shareId);
  }
}

function closeAt(time: number, socket: AdmittedSocket): NodeJS.Timeout {
  const milliseconds = Math.min(Math.max(time - Date.now(), 0), LONGEST_TIMER_MS);
  return setTimeout(() => {
    socket.closeFor(new ServiceError('gone', 'This link has expired.'));
  }, milliseconds).unref();
}
