import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { BatchProgress } from './batch-progress.js';
import { BatchRunner } from './batch-runner.js';
import { BatchesController } from './batches.controller.js';
import { BatchesRepository } from './batches.repository.js';
import { Batches } from './batches.js';

/** Sends batches in the background, slice by slice, and reports their progress. */
@Module({
  imports: [JobsModule, StreamsModule],
  controllers: [BatchesController],
  providers: [BatchesRepository, BatchProgress, Batches, BatchRunner],
  exports: [Batches, BatchRunner],
})
export class BatchesModule {}
