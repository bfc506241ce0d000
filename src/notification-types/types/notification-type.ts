import type { TypeTemplates } from '../templates/type-templates.js';

/** The ways a notification may go. */
export const NOTIFICATION_CHANNELS = ['websocket', 'email', 'sms', 'push'] as const;
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number];

/** The ways that lead to people who have no socket open. */
export const ESCALATION_CHANNELS = ['email', 'sms', 'push'] as const;
export type EscalationChannel = (typeof ESCALATION_CHANNELS)[number];

/** What the name of a type looks like. */
export const NOTIFICATION_TYPE_NAME = /^[a-z0-9_.-]{1,64}$/;

/** What becomes of a message that falls into its reader's quiet hours. */
export const QUIET_HOURS_RULES = ['delay', 'drop'] as const;
export type QuietHoursRule = (typeof QUIET_HOURS_RULES)[number];

/** The next channel, where nobody has read or acknowledged the notification by then. */
export interface EscalationStep {
  /** Seconds after the notification was made. */
  readonly afterSeconds: number;
  readonly channel: EscalationChannel;
}

/** One kind of notification, as the registry knows it. */
export interface NotificationType {
  readonly name: string;
  /** Where it goes when neither the request nor the reader's preferences say otherwise. */
  readonly channels: readonly NotificationChannel[];
  /** Passes quiet hours and digests. */
  readonly urgent: boolean;
  /** Users cannot decline the channels of the type. */
  readonly mandatory: boolean;
  readonly quietHours: QuietHoursRule;
  /** In the order of time; a request may bring its own. */
  readonly escalate: readonly EscalationStep[];
  readonly templates: TypeTemplates;
}
