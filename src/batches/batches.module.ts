import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { BatchProgress } from './batch-progress.js';
import { BatchesController } from './batches.controller.js';
import { BatchesRepository } from './batches.repository.js';
import { Batches } from './batches.js';

/** Creates batches and reports their progress. A `BatchRunner` sends them in the background, slice by slice. */
@Module({
  imports: [AuditModule, JobsModule, StreamsModule],
  controllers: [BatchesController],
  providers: [BatchesRepository, BatchProgress, Batches],
  exports: [BatchesRepository, BatchProgress, Batches],
})
export class BatchesModule {}
