import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { ExpiringRows, Trimmer } from '../database/trimmer.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PartnersModule } from '../partners/partners.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { OrderAnnouncements } from './life/order-announcements.js';
import { OfferAnnouncements } from './life/offer-announcements.js';
import { OfferAnswers } from './life/offer-answers.js';
import { OfferQueue } from './life/offer-queue.js';
import { OrderOffers } from './life/order-offers.js';
import { OrderOffersController } from './order-offers.controller.js';
import { PartnerOffersController } from './partner-offers.controller.js';
import { OrderAssignments } from './life/order-assignments.js';
import { OrderAssignmentsController } from './order-assignments.controller.js';
import { OrderChanges } from './life/order-changes.js';
import { OrderEdits } from './life/order-edits.js';
import { OrderCalls } from './chat/order-calls.js';
import { UnreadMessages } from './chat/unread-messages.js';
import { OrderChatAccess } from './chat/order-chat-access.js';
import { OrderChat } from './chat/order-chat.js';
import { OrderGeofence } from './tracking/order-geofence.js';
import { OrderLocations } from './tracking/order-locations.js';
import { MovementCache } from './tracking/movement-cache.js';
import { OrderPresence } from './life/order-presence.js';
import { OrderSignals } from './live/order-signals.js';
import { OrderParticipantsController } from './live/order-participants.controller.js';
import { OldTrackPoints } from './tracking/old-track-points.js';
import { OrderTrackController } from './tracking/order-track.controller.js';
import { OrderTrack } from './tracking/order-track.js';
import { OrderChatNotices } from './chat/order-chat-notices.js';
import { OrderChatNotifications } from './chat/order-chat-notifications.js';
import { OrdersController } from './orders.controller.js';
import { OrdersGateway } from './live/orders.gateway.js';
import { OrderEvents } from './order/order-events.js';
import { OrdersRepository } from './order/orders.repository.js';
import { OrdersService } from './order/orders.service.js';
import { OwnOrderData } from './own-order-data.js';
import { PartnerOrdersController } from './order/partner-orders.controller.js';
import { OrderStreamController } from './live/order-stream.controller.js';

@Module({
  imports: [
    AuditModule,
    AuthModule,
    JobsModule,
    NotificationsModule,
    PartnersModule,
    PresenceModule,
    RealtimeModule,
    StreamsModule,
  ],
  controllers: [
    OrderStreamController,
    OrdersController,
    OrderAssignmentsController,
    OrderOffersController,
    PartnerOffersController,
    OrderTrackController,
    OrderParticipantsController,
    PartnerOrdersController,
  ],
  providers: [
    OwnOrderData,
    OrderEvents,
    OrdersRepository,
    OrdersService,
    OrderAnnouncements,
    OfferAnnouncements,
    OfferAnswers,
    OfferQueue,
    OrderOffers,
    OrderAssignments,
    OrderChanges,
    OrderEdits,
    OrderChat,
    OrderChatAccess,
    UnreadMessages,
    OrderCalls,
    OrderChatNotices,
    OrderChatNotifications,
    OrderTrack,
    Trimmer,
    { provide: ExpiringRows, useClass: OldTrackPoints },
    MovementCache,
    OrderGeofence,
    OrderLocations,
    OrderPresence,
    OrderSignals,
    OrdersGateway,
  ],
  exports: [OrderEvents, OrdersService, OrderAssignments, OrderChanges, OrdersRepository, OrderLocations],
})
export class OrdersModule {}
