import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { BatchesModule } from '../batches/batches.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { NotificationTypesModule } from '../notification-types/notification-types.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { NotificationAcknowledgements } from './notification-acknowledgements.js';
import { NotificationBatches } from './notification-batches.js';
import { NotificationEvents } from './notification-events.js';
import { NotificationRequests } from './notification-requests.js';
import { NotificationSender } from './notification-sender.js';
import { NotificationStreamController } from './notification-stream.controller.js';
import { NotificationSocket } from './notification-socket.js';
import { NotificationWording } from './notification-wording.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsGateway } from './notifications.gateway.js';
import { NotificationsRepository } from './notifications.repository.js';
import { NotificationsService } from './notifications.service.js';
import { UnreadCounts } from './unread-counts.js';
import { UserNotificationsGateway } from './user-notifications.gateway.js';

@Module({
  imports: [AuthModule, BatchesModule, IdempotencyModule, NotificationTypesModule, RealtimeModule, StreamsModule],
  controllers: [NotificationStreamController, NotificationsController],
  providers: [
    NotificationsRepository,
    UnreadCounts,
    NotificationsService,
    NotificationAcknowledgements,
    NotificationEvents,
    NotificationWording,
    NotificationSender,
    NotificationBatches,
    NotificationRequests,
    NotificationSocket,
    NotificationsGateway,
    UserNotificationsGateway,
  ],
  exports: [NotificationEvents, NotificationRequests, NotificationSender],
})
export class NotificationsModule {}
