import { UseFilters } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { AuditLog } from '../../audit/audit-log.js';
import { isUserId } from '../../auth/users/user-id.js';
import { Users } from '../../auth/users/users.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { WebSocketErrorFilter } from '../../errors/answers/web-socket-error.filter.js';
import type { OpenRequest, Opening } from '../../realtime/gateway/gateway.js';
import { NotificationHandlers } from './notification-handlers.js';
import { NotificationSocket } from './notification-socket.js';
import { NOTIFICATION_MESSAGES } from './notifications.messages.js';

/** The notifications of a given user, for that user and for administrators. */
@WebSocketGateway({ path: '/ws/notifications/:user_id' })
@UseFilters(WebSocketErrorFilter)
export class UserNotificationsGateway extends NotificationHandlers {
  readonly documentation = {
    ...NOTIFICATION_MESSAGES,
    description: 'The notifications of a named user, for that user and for administrators',
    parameters: { user_id: 'Whose' },
  };

  constructor(
    private readonly users: Users,
    private readonly audit: AuditLog,
    socket: NotificationSocket,
  ) {
    super(socket);
  }

  async open({ principal, params }: OpenRequest): Promise<Opening> {
    const userId = params.user_id ?? '';
    if (principal?.userId === userId) return this.socket.openingFor(userId);
    if (!isUserId(userId) || !(await this.users.exists([userId])).has(userId)) {
      throw new ServiceError('not_found', 'There is no such user.');
    }
    if (principal?.role !== 'admin') throw new ServiceError('forbidden', 'These notifications belong to another user.');
    await this.audit.noteRead(principal, 'socket_opened', { type: 'user', id: userId });
    return this.socket.openingFor(userId);
  }
}
