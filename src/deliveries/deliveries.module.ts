import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { NotificationTypesModule } from '../notification-types/notification-types.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PreferencesModule } from '../preferences/preferences.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { BroadcastDeliveries } from './planning/broadcast-deliveries.js';
import { ChannelDecisions } from './planning/channel-decisions.js';
import { CreationPlanner } from './planning/creation-planner.js';
import { DeadDeliveries } from './sending/dead-deliveries.js';
import { DeliveriesController } from './record/deliveries.controller.js';
import { DeliveriesRepository } from './record/deliveries.repository.js';
import { DeliveryAttempts } from './sending/delivery-attempts.js';
import { DeliveryChanges } from './record/delivery-changes.js';
import { DeliveryData } from './delivery-data.js';
import { DeliveryLoader } from './sending/delivery-loader.js';
import { DeliveryMessages } from './sending/delivery-messages.js';
import { DeliveryOutcomes } from './sending/delivery-outcomes.js';
import { DeliveryPlanner } from './planning/delivery-planner.js';
import { DeliveryQueues } from './planning/delivery-queues.js';
import { DeliveryRecord } from './record/delivery-record.js';
import { DeliveryReports } from './record/delivery-reports.js';
import { DeliveryStatistics } from './record/delivery-statistics.js';
import { DeliveryWorker } from './sending/delivery-worker.js';
import { DigestItems } from './sending/digest-items.js';
import { DigestWorker } from './sending/digest-worker.js';
import { Escalations } from './sending/escalations.js';
import { PlannedSends } from './planning/planned-sends.js';
import { RetractedDeliveries } from './planning/retracted-deliveries.js';
import { SendDecisions } from './planning/send-decisions.js';
import { SocketDeliveries } from './record/socket-deliveries.js';
import { UnsubscribeLinks } from './unsubscribe/unsubscribe-links.js';
import { UnsubscribeController } from './unsubscribe/unsubscribe.controller.js';

/** Plans, sends and records the delivery of notifications by e-mail, SMS and push. */
@Module({
  imports: [
    AuditModule,
    AuthModule,
    JobsModule,
    NotificationTypesModule,
    NotificationsModule,
    PreferencesModule,
    ProvidersModule,
    StreamsModule,
  ],
  controllers: [UnsubscribeController, DeliveriesController],
  providers: [
    DeliveryData,
    BroadcastDeliveries,
    ChannelDecisions,
    CreationPlanner,
    DeadDeliveries,
    DeliveriesRepository,
    DeliveryAttempts,
    DeliveryChanges,
    DeliveryLoader,
    DeliveryMessages,
    DeliveryOutcomes,
    DeliveryPlanner,
    DeliveryQueues,
    DeliveryRecord,
    DeliveryReports,
    DeliveryStatistics,
    DeliveryWorker,
    DigestItems,
    DigestWorker,
    Escalations,
    PlannedSends,
    RetractedDeliveries,
    SendDecisions,
    SocketDeliveries,
    UnsubscribeLinks,
  ],
  exports: [DeliveryChanges, DeliveryStatistics],
})
export class DeliveriesModule {}
