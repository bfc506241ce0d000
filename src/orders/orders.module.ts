import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PartnersModule } from '../partners/partners.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { OrderAnnouncements } from './order-announcements.js';
import { OrderChanges } from './order-changes.service.js';
import { OrderChatAccess } from './order-chat-access.js';
import { OrderChat } from './order-chat.service.js';
import { OrderGeofence } from './order-geofence.js';
import { OrderLocations } from './order-locations.service.js';
import { OrderMovements } from './order-movements.js';
import { OrderPresence } from './order-presence.js';
import { OrderSignals } from './order-signals.js';
import { OrderParticipantsController } from './order-participants.controller.js';
import { OrderTrackTrimmer } from './order-track-trimmer.js';
import { OrderTrackController } from './order-track.controller.js';
import { OrderTrack } from './order-track.service.js';
import { OrdersController } from './orders.controller.js';
import { OrdersGateway } from './orders.gateway.js';
import { OrdersRepository } from './orders.repository.js';
import { OrdersService } from './orders.service.js';
import { PartnerOrdersController } from './partner-orders.controller.js';
import { OrderStreamController } from './order-stream.controller.js';

@Module({
  imports: [
    ...[AuthModule, IdempotencyModule, NotificationsModule, PartnersModule],
    ...[PresenceModule, RealtimeModule, StreamsModule],
  ],
  controllers: [
    ...[OrderStreamController, OrdersController, OrderTrackController],
    ...[OrderParticipantsController, PartnerOrdersController],
  ],
  providers: [
    OrdersRepository,
    OrdersService,
    OrderAnnouncements,
    OrderChanges,
    OrderChat,
    OrderChatAccess,
    OrderTrack,
    OrderTrackTrimmer,
    OrderMovements,
    OrderGeofence,
    OrderLocations,
    OrderPresence,
    OrderSignals,
    OrdersGateway,
  ],
  exports: [OrdersService, OrderChanges, OrdersRepository, OrderLocations],
})
export class OrdersModule {}
