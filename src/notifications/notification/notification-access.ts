import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { actsAsAdmin } from '../../auth/principal/actor.js';
import type { Actor } from '../../auth/principal/actor.js';
import { isUserId } from '../../auth/users/user-id.js';
import { Users } from '../../auth/users/users.js';
import { Database } from '../../database/database.js';
import { isUuid } from '../../database/uuid.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { notificationView } from './notification-view.js';
import type { NotificationDto } from '../requests/notifications.dto.js';
import { NotificationsRepository } from './notifications.repository.js';
import type { NotificationState } from './notifications.repository.js';
import { userRequired } from './user-required.js';

/** Whose notifications an actor may read: their own, and administrators and API keys those of every user. */
@Injectable()
export class NotificationAccess {
  constructor(
    private readonly database: Database,
    private readonly repository: NotificationsRepository,
    private readonly users: Users,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The user whose notifications are read: `userId`, by default the principal. Throws not_found for an unknown user, forbidden if
   * the actor may not read the notifications of this user, and invalid_message if an API key names no user.
   */
  async reader(actor: Actor, userId: string | undefined): Promise<string> {
    const reader = userId ?? ownId(actor);
    if (reader === null) throw userRequired();
    await this.requireReadable(actor, reader);
    return reader;
  }

  private async requireReadable(actor: Actor, userId: string): Promise<void> {
    if (userId === ownId(actor)) return;
    if (!isUserId(userId) || !(await this.users.exists([userId])).has(userId)) {
      throw new ServiceError('not_found', 'There is no such user.');
    }
    if (!actsAsAdmin(actor)) throw new ServiceError('forbidden', 'These notifications belong to another user.');
    await this.audit.noteRead(actor, 'notifications_read', { type: 'user', id: userId });
  }

  /**
   * A notification as its owner sees it, and a broadcast as `userId` sees it, by default the principal. Administrators also read
   * notifications that their owner has deleted. Throws not_found, forbidden, and invalid_message if an API key names no user of a
   * broadcast.
   */
  async find(actor: Actor, id: string, userId: string | undefined): Promise<NotificationDto> {
    const reader = userId ?? ownId(actor);
    if (reader !== null) await this.requireReadable(actor, reader);
    const isAdmin = actsAsAdmin(actor);
    const found = isUuid(id) ? await this.read(id, reader ?? '', isAdmin) : null;
    if (!found || (found.hiddenAt && !found.archivedAt && !isAdmin))
      throw new ServiceError('not_found', 'There is no such notification.');
    if (found.userId === null && reader === null) throw userRequired();
    if (!found.isRecipient && !isAdmin) {
      throw new ServiceError('forbidden', 'This notification belongs to another user.');
    }
    if (found.userId !== null && isAdmin) {
      await this.audit.noteRead(actor, 'notifications_read', { type: 'user', id: found.userId });
    }
    return notificationView(found);
  }

  private async read(id: string, reader: string, isAdmin: boolean): Promise<NotificationState | null> {
    const { db } = this.database;
    const found = await this.repository.find(db, reader, id);
    const isOfAnother = found !== null && found.userId !== null && found.userId !== reader;
    return isOfAnother && isAdmin ? this.repository.find(db, found.userId, id) : found;
  }
}

/** Null for an API key. */
function ownId(actor: Actor): string | null {
  return actor.kind === 'user' ? actor.userId : null;
}
