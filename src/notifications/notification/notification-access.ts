import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal/principal.js';
import { isUserId } from '../../auth/users/user-id.js';
import { Users } from '../../auth/users/users.js';
import { Database } from '../../database/database.js';
import { isUuid } from '../../database/uuid.js';
import { ServiceError } from '../../errors/service-error.js';
import { notificationView } from './notification-view.js';
import type { NotificationDto } from './notifications.dto.js';
import { NotificationsRepository } from './notifications.repository.js';
import type { NotificationState } from './notifications.repository.js';

/** Whose notifications a principal may read: their own, and administrators those of every user. */
@Injectable()
export class NotificationAccess {
  constructor(
    private readonly database: Database,
    private readonly repository: NotificationsRepository,
    private readonly users: Users,
  ) {}

  /**
   * The user whose notifications are read: `userId`, by default the principal. Throws not_found for an unknown user, and forbidden
   * if the principal may not read the notifications of this user.
   */
  async reader(principal: Principal, userId: string | undefined): Promise<string> {
    if (userId === undefined || userId === principal.userId) return principal.userId;
    if (!isUserId(userId) || !(await this.users.exists([userId])).has(userId)) {
      throw new ServiceError('not_found', 'There is no such user.');
    }
    if (principal.role !== 'admin') throw new ServiceError('forbidden', 'These notifications belong to another user.');
    return userId;
  }

  /**
   * A notification as its owner sees it, and a broadcast as `userId` sees it, by default the principal. Administrators also read
   * notifications that their owner has deleted. Throws not_found, forbidden.
   */
  async find(principal: Principal, id: string, userId: string | undefined): Promise<NotificationDto> {
    const reader = await this.reader(principal, userId);
    const isAdmin = principal.role === 'admin';
    const found = isUuid(id) ? await this.read(id, reader, isAdmin) : null;
    if (!found || (found.hiddenAt && !isAdmin)) throw new ServiceError('not_found', 'There is no such notification.');
    if (!found.isRecipient && !isAdmin) {
      throw new ServiceError('forbidden', 'This notification belongs to another user.');
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
