import { Global, Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Database } from './database.js';

/** Connected and migrated before any provider that asks for it is made; closed after all that used it. */
@Global()
@Module({
  providers: [
    { provide: Database, inject: [Settings], useFactory: (settings: Settings) => Database.open(settings.databaseUrl) },
  ],
  exports: [Database],
})
export class DatabaseModule {}
