import { Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { builtInTypes } from './types/built-in-types.js';
import { NotificationPreviews } from './notification-previews.js';
import { NotificationTexts } from './texts/notification-texts.js';
import { NotificationTypesController } from './notification-types.controller.js';
import { NotificationTypes } from './types/notification-types.js';
import { readTypesFile } from './types/types-file.js';

function loadTypes({
  notifications: { notificationTypesFile: file, notificationTypesStrict: strict },
}: Settings): NotificationTypes {
  const base = builtInTypes();
  return new NotificationTypes(file === undefined ? base : readTypesFile(file, base), strict, base);
}

/**
 * The registry of notification types and their texts in all languages. Startup fails if the settings file is invalid.
 */
@Module({
  controllers: [NotificationTypesController],
  providers: [
    NotificationPreviews,
    { provide: NotificationTypes, inject: [Settings], useFactory: loadTypes },
    {
      provide: NotificationTexts,
      inject: [NotificationTypes, Settings],
      useFactory: (types: NotificationTypes, { notifications: { defaultLanguage } }: Settings) =>
        new NotificationTexts(types, defaultLanguage),
    },
  ],
  exports: [NotificationTexts, NotificationTypes],
})
export class NotificationTypesModule {}
