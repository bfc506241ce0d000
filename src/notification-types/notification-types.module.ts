import { Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { builtInTypes } from './types/built-in-types.js';
import { NotificationPreviews } from './notification-previews.js';
import { NotificationTexts } from './texts/notification-texts.js';
import { NotificationTypesController } from './notification-types.controller.js';
import { NotificationTypes } from './types/notification-types.js';
import { readTypesFile } from './types/types-file.js';

function loadTypes({ notificationTypesFile: file, notificationTypesStrict: strict }: Settings): NotificationTypes {
  const base = builtInTypes();
  return new NotificationTypes(file === undefined ? base : readTypesFile(file, base), strict, base);
}

/** Which notifications there are, and what they say in which language. A settings file that can't be used ends the start. */
@Module({
  controllers: [NotificationTypesController],
  providers: [
    NotificationPreviews,
    { provide: NotificationTypes, inject: [Settings], useFactory: loadTypes },
    {
      provide: NotificationTexts,
      inject: [NotificationTypes, Settings],
      useFactory: (types: NotificationTypes, { defaultLanguage }: Settings) =>
        new NotificationTexts(types, defaultLanguage),
    },
  ],
  exports: [NotificationTexts, NotificationTypes],
})
export class NotificationTypesModule {}
