import { Injectable } from '@nestjs/common';
import type { Queryable } from '../database/transaction.js';
import type { NotificationChannel } from '../notifications/notifications.dto.js';

/** What is to become of a notification on one channel. */
export type ChannelDecision =
  | { readonly kind: 'now' }
  | { readonly kind: 'delay'; readonly until: Date; readonly reason: string }
  | { readonly kind: 'skip'; readonly reason: string };

export interface DecisionQuery {
  readonly userIds: readonly string[];
  readonly notificationType: string;
  /** What the request names; absent: the channels of the type. */
  readonly channels: readonly NotificationChannel[] | undefined;
}

const DEFAULT_CHANNELS: readonly NotificationChannel[] = ['websocket', 'email', 'push'];

/** Where notifications go: what the request or the type says, and what the user made of it. */
@Injectable()
export class ChannelDecisions {
  /** For each user the channels that are meant, and no others. */
  decide(
    _db: Queryable,
    { userIds, channels }: DecisionQuery,
  ): Promise<ReadonlyMap<string, ReadonlyMap<NotificationChannel, ChannelDecision>>> {
    const now = new Map((channels ?? DEFAULT_CHANNELS).map((channel) => [channel, { kind: 'now' } as const]));
    return Promise.resolve(new Map(userIds.map((userId) => [userId, now])));
  }
}
