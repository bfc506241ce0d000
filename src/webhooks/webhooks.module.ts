import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { ExpiringRows, Trimmer } from '../database/trimmer.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { WebhookEndpoints } from './endpoints/webhook-endpoints.js';
import { WebhookRecord } from './endpoints/webhook-record.js';
import { WebhooksController } from './endpoints/webhooks.controller.js';
import { OldWebhookMessages } from './old-webhook-messages.js';
import { EventSources } from './outbox/event-sources.js';
import { ListeningEndpoints } from './outbox/listening-endpoints.js';
import { WebhookOutbox } from './outbox/webhook-outbox.js';
import { EndpointFailures } from './sending/endpoint-failures.js';
import { WebhookAddresses } from './sending/webhook-addresses.js';
import { WebhookQueue } from './sending/webhook-queue.js';
import { WebhookSender } from './sending/webhook-sender.js';

/** Signed messages to other services about what happens here. */
@Module({
  imports: [AuditModule, AuthModule, DeliveriesModule, NotificationsModule, OrdersModule],
  controllers: [WebhooksController],
  providers: [
    EndpointFailures,
    EventSources,
    ListeningEndpoints,
    Trimmer,
    { provide: ExpiringRows, useClass: OldWebhookMessages },
    WebhookAddresses,
    WebhookEndpoints,
    WebhookOutbox,
    WebhookQueue,
    WebhookRecord,
    WebhookSender,
  ],
})
export class WebhooksModule {}
