import { Injectable } from '@nestjs/common';
import type { NotificationType } from '../notification-types/types/notification-type.js';
import { NotificationTypes } from '../notification-types/types/notification-types.js';
import { ChannelAvailability } from './channel-availability.js';
import { Preferences } from './preferences.js';
import type { PreferencesDto, TypeDefaultsDto } from './preferences.dto.js';
import type { TypeChoices, UserPreferences } from './user-preferences.js';

/** Preferences as returned by REST, with the channels and the defaults of the installation. */
@Injectable()
export class PreferencesView {
  constructor(
    private readonly preferences: Preferences,
    private readonly types: NotificationTypes,
    private readonly channels: ChannelAvailability,
  ) {}

  of({ types, quietHours, digest }: Omit<UserPreferences, 'timeZone'>): PreferencesDto {
    const chosen = Object.entries(types).map(([name, choice]) => [
      name,
      { channels: this.preferences.chosen(name, choice) },
    ]);
    return {
      types: Object.fromEntries(chosen) as TypeChoices,
      quiet_hours: quietHours,
      digest,
      available_channels: this.channels.available,
      unavailable_channels: this.channels.unavailable,
      defaults: Object.fromEntries(this.types.all.map(defaultsOf)),
    };
  }
}

function defaultsOf({ name, channels, urgent, mandatory }: NotificationType): [string, TypeDefaultsDto] {
  return [name, { channels, urgent, mandatory }];
}
