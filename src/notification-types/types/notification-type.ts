import type { TemplateValues } from '../templates/message-template.js';
import type { TypeTemplates } from '../templates/type-templates.js';

/** The channels of notifications. */
export const NOTIFICATION_CHANNELS = ['websocket', 'email', 'sms', 'push'] as const;
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number];

/** The channels that reach users without an open socket. */
export const ESCALATION_CHANNELS = ['email', 'sms', 'push'] as const;
export type EscalationChannel = (typeof ESCALATION_CHANNELS)[number];

/** The permitted names of types. */
export const NOTIFICATION_TYPE_NAME = /^[a-z0-9_.-]{1,64}$/;
/** The end of error messages about a name that is not permitted. */
export const NOTIFICATION_TYPE_NAME_RULE = 'must be 1 to 64 of the characters a-z, 0-9, _, . and -';

/** Maximum number of characters of the title and the message of a notification. */
export const MAX_TITLE_LENGTH = 200;
export const MAX_MESSAGE_LENGTH = 4_000;

/** One week. An escalation is not useful after that. */
export const LONGEST_ESCALATION_SECONDS = 7 * 86_400;
export const MOST_ESCALATION_STEPS = 10;

/** The handling of a notification that arrives during the recipient's quiet hours. */
export const QUIET_HOURS_RULES = ['delay', 'drop'] as const;
export type QuietHoursRule = (typeof QUIET_HOURS_RULES)[number];

/** An additional channel, used if the notification has not been read or acknowledged by then. */
export interface EscalationStep {
  /** Seconds after the creation of the notification. */
  readonly afterSeconds: number;
  readonly channel: EscalationChannel;
}

/** A notification type in the registry. */
export interface NotificationType {
  readonly name: string;
  /** The channels used if neither the request nor the recipient's preferences name others. */
  readonly channels: readonly NotificationChannel[];
  /** Sent immediately, regardless of quiet hours and digests. */
  readonly urgent: boolean;
  /** Users cannot decline the channels of the type. */
  readonly mandatory: boolean;
  readonly quietHours: QuietHoursRule;
  /** Sorted by time. A request may specify its own steps. */
  readonly escalate: readonly EscalationStep[];
  readonly templates: TypeTemplates;
  /** Values of template variables that `data` may omit. Default: none. */
  readonly defaults?: TemplateValues;
}
