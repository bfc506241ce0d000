import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { BatchDto } from './batches.dto.js';

@ApiSchema({
  description:
    'The progress of a batch, sent to the sockets of the administrator who started it. Not in the log: after a resume, read it with GET.',
})
export class BatchProgressMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['batch_progress'] })
  type!: 'batch_progress';

  @ApiProperty({ type: BatchDto })
  batch!: BatchDto;
}
