import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { NotificationTypesModule } from '../notification-types/notification-types.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { ChannelAvailability } from './channel-availability.js';
import { PreferenceData } from './preference-data.js';
import { Preferences } from './preferences.js';
import { PreferencesController } from './preferences.controller.js';
import { PreferencesView } from './preferences-view.js';
import { UserPreferencesController } from './user-preferences.controller.js';

/** Preferences of users for notifications. */
@Module({
  imports: [AuditModule, AuthModule, NotificationTypesModule, ProvidersModule],
  controllers: [PreferencesController, UserPreferencesController],
  providers: [ChannelAvailability, PreferenceData, Preferences, PreferencesView],
  exports: [ChannelAvailability, Preferences],
})
export class PreferencesModule {}
