import { gt, lt, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { ServiceError } from '../../errors/error/service-error.js';
import { momentOf } from '../../input/moment.js';
import type { NotificationFilterQuery } from '../requests/notification-list.dto.js';
import { notifications } from './notifications.table.js';

/** Which notifications of a user are listed, or marked as read. Absent members exclude nothing. */
export interface NotificationFilter {
  /** true: unread only, false: read only. */
  readonly unread?: boolean;
  readonly type?: string;
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  /** true: only archived ones. Otherwise, archived ones are excluded. */
  readonly archived?: boolean;
  /** true: only seen ones, false: only those that are not seen. */
  readonly seen?: boolean;
}

/** A part of the list, by id. Lists are sorted by id. */
export interface IdBounds {
  /** Only ids above this one; null: all. */
  readonly above: string | null;
  /** Only ids below this one; null: all. */
  readonly below: string | null;
}

/**
 * The maximum difference between the time in an id, which is that of a node, and `created_at`, which is that of the database at the
 * start of the transaction.
 */
const ID_TOLERANCE_MS = 600_000;
const LAST_ID_MS = 2 ** 48 - 1;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Throws invalid_message for times that do not exist, and if two names of the type filter contradict each other. */
export function filterOf(query: NotificationFilterQuery): NotificationFilter {
  const { type, notification_type: notificationType, created_after: after, created_before: before } = query;
  if (type !== undefined && notificationType !== undefined && type !== notificationType) {
    const errors = [{ pointer: '#/type', detail: 'must be the same as notification_type, which has the same meaning' }];
    throw new ServiceError('invalid_message', 'type and notification_type name different types.', { errors });
  }
  const named = notificationType ?? type;
  return {
    ...(named !== undefined && { type: named }),
    ...(after !== undefined && { createdAfter: momentOf(after, '#/created_after') }),
    ...(before !== undefined && { createdBefore: momentOf(before, '#/created_before') }),
  };
}

/**
 * The part of the list below `after`, narrowed by the filter, so that nothing outside of it is read. `seenTo`: the id up to which
 * the user has seen everything; null: nothing.
 */
export function boundsOf(filter: NotificationFilter, after: string | null, seenTo: string | null = null): IdBounds {
  const { createdAfter, createdBefore, seen } = filter;
  const above = [
    createdAfter ? idAt(createdAfter.getTime() - ID_TOLERANCE_MS) : null,
    seen === false ? seenTo : null,
  ].filter((id) => id !== null);
  const below = [
    after,
    createdBefore ? idAt(createdBefore.getTime() + ID_TOLERANCE_MS) : null,
    seen === true ? idAfter(seenTo ?? FIRST_ID) : null,
  ].filter((id) => id !== null);
  return { above: above.sort().at(-1) ?? null, below: below.sort()[0] ?? null };
}

/** The conditions of the filter that indexes do not cover. */
export function timeConditions({ createdAfter, createdBefore }: NotificationFilter): SQL[] {
  return [
    ...(createdAfter ? [gt(notifications.createdAt, createdAfter)] : []),
    ...(createdBefore ? [lt(notifications.createdAt, createdBefore)] : []),
  ];
}

export function withinBounds({ above, below }: IdBounds): SQL[] {
  return [
    ...(above === null ? [] : [sql`${notifications.id} > ${above}`]),
    ...(below === null ? [] : [sql`${notifications.id} < ${below}`]),
  ];
}

/** The next UUID, in the order in which PostgreSQL sorts them. */
function idAfter(id: string): string {
  return asId((BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16));
}

/** The smallest UUID v7 of a time. */
function idAt(ms: number): string {
  return asId(Math.min(Math.max(ms, 0), LAST_ID_MS).toString(16).padStart(12, '0').padEnd(32, '0'));
}

function asId(hex: string): string {
  return hex.padStart(32, '0').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
