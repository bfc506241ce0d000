import { Global, Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Database } from './database.js';

/** Connected and migrated before any provider that asks for it is made; closed after all that used it. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [Settings],
      useFactory: ({ databaseUrl, databasePool: requests, databaseJobPool: jobs }: Settings) =>
        Database.open(databaseUrl, { requests, jobs }),
    },
  ],
  exports: [Database],
})
export class DatabaseModule {}
