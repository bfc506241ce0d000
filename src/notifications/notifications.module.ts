import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { BatchRunner } from '../batches/batch-runner.js';
import { BatchesModule } from '../batches/batches.module.js';
import { SliceSender } from '../batches/slice-sender.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { NotificationTypesModule } from '../notification-types/notification-types.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { NotificationAccess } from './notification/notification-access.js';
import { NotificationAcknowledgements } from './live/notification-acknowledgements.js';
import { NotificationBatches } from './sending/notification-batches.js';
import { NotificationEvents } from './notification/notification-events.js';
import { NotificationRequests } from './sending/notification-requests.js';
import { BatchRetractions } from './retraction/batch-retractions.js';
import { NotificationExpirations } from './retraction/notification-expirations.js';
import { NotificationReplacements } from './retraction/notification-replacements.js';
import { NotificationRetractions } from './retraction/notification-retractions.js';
import { RetractedMarks } from './retraction/retracted-marks.js';
import { RetractionsController } from './retraction/retractions.controller.js';
import { NotificationSender } from './sending/notification-sender.js';
import { NotificationStreamController } from './live/notification-stream.controller.js';
import { NotificationSocket } from './live/notification-socket.js';
import { NotificationWording } from './sending/notification-wording.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsGateway } from './live/notifications.gateway.js';
import { NotificationsRepository } from './notification/notifications.repository.js';
import { NotificationsService } from './notification/notifications.service.js';
import { OwnNotificationData } from './own-notification-data.js';
import { UnreadCounts } from './notification/unread-counts.js';
import { UserNotificationsGateway } from './live/user-notifications.gateway.js';

@Module({
  imports: [AuditModule, AuthModule, BatchesModule, JobsModule, NotificationTypesModule, RealtimeModule, StreamsModule],
  controllers: [NotificationStreamController, NotificationsController, RetractionsController],
  providers: [
    OwnNotificationData,
    NotificationsRepository,
    UnreadCounts,
    NotificationsService,
    NotificationAccess,
    NotificationAcknowledgements,
    NotificationEvents,
    NotificationWording,
    NotificationSender,
    NotificationBatches,
    { provide: SliceSender, useExisting: NotificationBatches },
    BatchRunner,
    NotificationRequests,
    NotificationRetractions,
    NotificationReplacements,
    NotificationExpirations,
    RetractedMarks,
    BatchRetractions,
    NotificationSocket,
    NotificationsGateway,
    UserNotificationsGateway,
  ],
  exports: [NotificationEvents, NotificationRequests, NotificationSender, NotificationsService],
})
export class NotificationsModule {}
