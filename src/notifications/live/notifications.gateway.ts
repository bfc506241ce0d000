import { UseFilters } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { Settings } from '../../config/settings.js';
import { WebSocketErrorFilter } from '../../errors/answers/web-socket-error.filter.js';
import type { OpenRequest, Opening } from '../../realtime/gateway/gateway.js';
import { BROADCASTS } from '../../streams/names/group-names.js';
import { NotificationHandlers } from './notification-handlers.js';
import { NotificationSocket } from './notification-socket.js';
import type { NotificationsGreeting } from './notifications.messages.js';
import { NOTIFICATION_MESSAGES } from './notifications.messages.js';

/** The user's own notifications. Without a token: broadcasts only, if the settings permit anonymous sockets. */
@WebSocketGateway({ path: '/ws/notifications' })
@UseFilters(WebSocketErrorFilter)
export class NotificationsGateway extends NotificationHandlers {
  readonly endpoint = { name: 'notifications', description: 'Your notifications and unread count, live' };
  readonly features = ['live_notifications', 'mark_read', 'mark_seen', 'archive', 'acknowledgements'];
  readonly documentation = NOTIFICATION_MESSAGES;
  readonly authentication: 'required' | 'optional';

  constructor(settings: Settings, socket: NotificationSocket) {
    super(socket);
    this.authentication = settings.auth.anonymousBroadcasts ? 'optional' : 'required';
  }

  open({ principal }: OpenRequest): Opening {
    if (principal) return this.socket.openingFor(principal.userId);
    return {
      streams: [BROADCASTS],
      greeting: () => Promise.resolve({ anonymous: true } satisfies NotificationsGreeting),
    };
  }
}
