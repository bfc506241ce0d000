import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { NotificationTypesModule } from '../notification-types/notification-types.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PreferencesModule } from '../preferences/preferences.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { BroadcastDeliveries } from './broadcast-deliveries.js';
import { ChannelDecisions } from './channel-decisions.js';
import { DeadDeliveries } from './dead-deliveries.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryAttempts } from './delivery-attempts.js';
import { DeliveryChanges } from './delivery-changes.js';
import { DeliveryLoader } from './delivery-loader.js';
import { DeliveryMessages } from './delivery-messages.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { DeliveryPlanner } from './delivery-planner.js';
import { DeliveryQueues } from './delivery-queues.js';
import { DeliveryRecord } from './delivery-record.js';
import { DeliveryReports } from './delivery-reports.js';
import { DeliveryStatistics } from './delivery-statistics.js';
import { DeliveryWorker } from './delivery-worker.js';
import { DigestItems } from './digest-items.js';
import { DigestWorker } from './digest-worker.js';
import { Escalations } from './escalations.js';
import { PlannedSends } from './planned-sends.js';
import { SendDecisions } from './send-decisions.js';
import { SocketDeliveries } from './socket-deliveries.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';
import { UnsubscribeController } from './unsubscribe.controller.js';

/** How notifications reach people beside the socket: planned, sent, recorded. */
@Module({
  imports: [
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
    BroadcastDeliveries,
    ChannelDecisions,
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
    SendDecisions,
    SocketDeliveries,
    UnsubscribeLinks,
  ],
  exports: [DeliveryStatistics],
})
export class DeliveriesModule {}
