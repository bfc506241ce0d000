import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AuthModule } from './auth/auth.module.js';
import { channelLayerOptions } from './channel-layer-options.js';
import { ChannelLayerModule } from './channel-layer/channel-layer.module.js';
import { ConfigModule } from './config/config.module.js';
import { Settings } from './config/settings.js';
import { ConfirmationsModule } from './confirmations/confirmations.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { DemoRefusalModule } from './demo/demo-refusal.module.js';
import { DemoModule } from './demo/demo.module.js';
import { HealthModule } from './health/health.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { NotificationTypesModule } from './notification-types/notification-types.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { PartnersModule } from './partners/partners.module.js';
import { PasswordResetsModule } from './password-resets/password-resets.module.js';
import { ProvidersModule } from './providers/providers.module.js';
import { PreferencesModule } from './preferences/preferences.module.js';
import { RealtimeInfoModule } from './realtime-info/realtime-info.module.js';
import { RealtimeModule } from './realtime/realtime.module.js';
import { SecurityAlertsModule } from './security-alerts/security-alerts.module.js';
import { SharedOrdersModule } from './shared-orders/shared-orders.module.js';
import { UserAccountsModule } from './user-accounts/user-accounts.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The root module, which imports the modules of all rooms. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(settings),
        DatabaseModule,
        ChannelLayerModule.forRootAsync({ inject: [Settings], useFactory: channelLayerOptions }),
        AuthModule,
        ApiKeysModule,
        UserAccountsModule,
        RealtimeModule,
        RealtimeInfoModule,
        JobsModule,
        ProvidersModule,
        ConfirmationsModule,
        PasswordResetsModule,
        NotificationTypesModule,
        PreferencesModule,
        NotificationsModule,
        DeliveriesModule,
        SecurityAlertsModule,
        PartnersModule,
        OrdersModule,
        SharedOrdersModule,
        WebhooksModule,
        HealthModule,
        ...(settings.process.demoData ? [DemoModule] : []),
        ...(settings.process.nodeEnv === 'production' ? [DemoRefusalModule] : []),
      ],
    };
  }
}
