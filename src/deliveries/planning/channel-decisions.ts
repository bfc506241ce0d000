import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../database/backend/transaction.js';
import type {
  EscalationChannel,
  EscalationStep,
  NotificationChannel,
} from '../../notification-types/types/notification-type.js';
import { NotificationTypes } from '../../notification-types/types/notification-types.js';
import type { Decision } from '../../preferences/decide.js';
import { Preferences } from '../../preferences/preferences.js';
import type { UserPreferences } from '../../preferences/user-preferences.js';
import { REASONS } from '../record/delivery.js';

/** The decision about a notification on one channel. */
export type ChannelDecision =
  | { readonly kind: 'now' }
  /** `reason`: why the delivery is delayed. */
  | { readonly kind: 'delay'; readonly until: Date; readonly reason: string }
  | { readonly kind: 'skip'; readonly reason: string };

export interface DecisionQuery {
  readonly userIds: readonly string[];
  readonly notificationType: string;
  /** The requested channels; absent: the channels of the type. */
  readonly channels: readonly NotificationChannel[] | undefined;
  /** The requested escalation; absent: the escalation of the type. */
  readonly escalate: readonly EscalationStep[] | undefined;
  readonly now: Date;
}

/** An escalation step after the user's preferences were applied. */
export interface DecidedStep {
  readonly channel: EscalationChannel;
  readonly dueAt: Date;
  /** Why the step is skipped. Null: it is sent if the notification has not been read by `dueAt`. */
  readonly skip: string | null;
}

/** The decisions for one user. */
export interface UserDecisions {
  /** Contains only the channels that the request, the type or the user names. */
  readonly channels: ReadonlyMap<NotificationChannel, ChannelDecision>;
  readonly escalate: readonly DecidedStep[];
}

/** Decides the channels of notifications from the request, the type and the users' preferences. */
@Injectable()
export class ChannelDecisions {
  constructor(
    private readonly preferences: Preferences,
    private readonly types: NotificationTypes,
  ) {}

  /** Decides for each user. All preferences are read in one query. */
  async decide(db: Queryable, query: DecisionQuery): Promise<ReadonlyMap<string, UserDecisions>> {
    const preferences = await this.preferences.of(query.userIds, db);
    return new Map([...preferences].map(([userId, own]) => [userId, this.decideFor(own, query)]));
  }

  private decideFor(own: UserPreferences, query: DecisionQuery): UserDecisions {
    const { notificationType: type, channels, now } = query;
    const escalate = inOrder(query.escalate ?? this.types.get(type).escalate);
    const escalated = new Set<NotificationChannel>(escalate.map(({ channel }) => channel));
    // A channel of an escalation waits for its step, unless the request also names it as an immediate channel.
    const meant = this.preferences
      .channels(type, own, channels)
      .filter((channel) => channels !== undefined || !escalated.has(channel));
    return {
      channels: new Map(
        meant.map((channel) => [channel, decisionOf(this.preferences.decide(type, channel, own, now))]),
      ),
      escalate: escalate.map((step) => this.decideStep(type, step, own, now)),
    };
  }

  /** A step due in quiet hours is delayed until they end. Steps are never part of digests, because they are urgent. */
  private decideStep(type: string, step: EscalationStep, own: UserPreferences, now: Date): DecidedStep {
    const { channel, afterSeconds } = step;
    const dueAt = new Date(now.getTime() + afterSeconds * 1_000);
    const decision = this.preferences.decide(type, channel, { ...own, digest: 'none' }, dueAt);
    return {
      channel,
      dueAt: decision.action === 'delay' ? decision.until : dueAt,
      skip: decision.action === 'skip' ? decision.reason : null,
    };
  }
}

/** Sorted by time, because only the earliest of several steps on the same channel is used. */
function inOrder(steps: readonly EscalationStep[]): EscalationStep[] {
  return [...steps].sort((one, other) => one.afterSeconds - other.afterSeconds);
}

function decisionOf(decision: Decision): ChannelDecision {
  switch (decision.action) {
    case 'send':
      return { kind: 'now' };
    case 'skip':
      return { kind: 'skip', reason: decision.reason };
    case 'delay':
      return { kind: 'delay', until: decision.until, reason: REASONS.quietHours };
    case 'digest':
      return { kind: 'delay', until: decision.due, reason: REASONS.digest };
  }
}
