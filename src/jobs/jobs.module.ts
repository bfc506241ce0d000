import { Module } from '@nestjs/common';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLetters } from './dead-letters.js';
import { JobStatistics } from './job-statistics.js';
import { JobStore } from './job-store.js';
import { Jobs } from './jobs.js';

/** Background jobs: enqueued in a transaction, run by processes with the role `worker`. */
@Module({
  controllers: [DeadLettersController],
  providers: [JobStore, JobStatistics, Jobs, DeadLetters],
  exports: [Jobs, JobStatistics],
})
export class JobsModule {}
