import { Global, Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Database } from './database.js';

/** Connects and migrates before any provider that depends on it is created, and closes after all of these. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [Settings],
      useFactory: ({ database: { databaseUrl, databasePool: requests, databaseJobPool: jobs } }: Settings) =>
        Database.open(databaseUrl, { requests, jobs }),
    },
  ],
  exports: [Database],
})
export class DatabaseModule {}
