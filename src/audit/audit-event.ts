import type { Author } from '../auth/principal/actor.js';

export const AUDIT_ACTIONS = [
  'signed_in',
  'sign_in_failed',
  'password_changed',
  'user_created',
  'user_changed',
  'user_deleted',
  'api_key_created',
  'api_key_changed',
  'api_key_rotated',
  'api_key_revoked',
  'webhook_created',
  'webhook_changed',
  'webhook_deleted',
  'broadcast_sent',
  'notification_retracted',
  'batch_retracted',
  'user_read',
  'notifications_read',
  'chat_read',
  'socket_opened',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const ACTOR_TYPES = ['user', 'api_key'] as const;
export type ActorType = (typeof ACTOR_TYPES)[number];

export const TARGET_TYPES = ['user', 'api_key', 'notification', 'batch', 'order', 'webhook'] as const;
export type TargetType = (typeof TARGET_TYPES)[number];

export type AuditDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface AuditTarget {
  readonly type: TargetType;
  readonly id: string;
}

export interface AuditEvent {
  readonly action: AuditAction;
  readonly author: Author;
  readonly target?: AuditTarget;
  /** Never passwords, tokens or keys. */
  readonly details?: AuditDetails;
}
