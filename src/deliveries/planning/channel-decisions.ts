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

/** What is to become of a notification on one channel. */
export type ChannelDecision =
  | { readonly kind: 'now' }
  /** `reason`: what it waits for. */
  | { readonly kind: 'delay'; readonly until: Date; readonly reason: string }
  | { readonly kind: 'skip'; readonly reason: string };

export interface DecisionQuery {
  readonly userIds: readonly string[];
  readonly notificationType: string;
  /** What the request names; absent: the channels of the type. */
  readonly channels: readonly NotificationChannel[] | undefined;
  /** What the request asks for; absent: the escalation of the type. */
  readonly escalate: readonly EscalationStep[] | undefined;
  readonly now: Date;
}

/** A step of an escalation, as it stands with the user it is for. */
export interface DecidedStep {
  readonly channel: EscalationChannel;
  readonly dueAt: Date;
  /** Why it will not be taken; null: it will, if nobody has read the notification by `dueAt`. */
  readonly skip: string | null;
}

/** What is meant for one user. */
export interface UserDecisions {
  /** Channels that are meant, and no others. */
  readonly channels: ReadonlyMap<NotificationChannel, ChannelDecision>;
  readonly escalate: readonly DecidedStep[];
}

/** Where notifications go: what the request or the type says, and what the user made of it. */
@Injectable()
export class ChannelDecisions {
  constructor(
    private readonly preferences: Preferences,
    private readonly types: NotificationTypes,
  ) {}

  /** For each user, in one query for all. */
  async decide(db: Queryable, query: DecisionQuery): Promise<ReadonlyMap<string, UserDecisions>> {
    const preferences = await this.preferences.of(query.userIds, db);
    return new Map([...preferences].map(([userId, own]) => [userId, this.decideFor(own, query)]));
  }

  private decideFor(own: UserPreferences, query: DecisionQuery): UserDecisions {
    const { notificationType: type, channels, now } = query;
    const escalate = inOrder(query.escalate ?? this.types.get(type).escalate);
    const escalated = new Set<NotificationChannel>(escalate.map(({ channel }) => channel));
    // A channel of an escalation waits for its step, unless the request names it as an immediate one too.
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

  /** A step that would fall into quiet hours waits for their end; digests gather what is not pressing, and a step is. */
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

/** By time: of two steps on one channel, the earlier one counts. */
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
