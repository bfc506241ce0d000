import { Module } from '@nestjs/common';
import { NotificationTypesModule } from '../notification-types/notification-types.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { ChannelAvailability } from './channel-availability.js';
import { Preferences } from './preferences.js';
import { PreferencesController } from './preferences.controller.js';

/** Preferences of users for notifications. */
@Module({
  imports: [NotificationTypesModule, ProvidersModule],
  controllers: [PreferencesController],
  providers: [ChannelAvailability, Preferences],
  exports: [ChannelAvailability, Preferences],
})
export class PreferencesModule {}
