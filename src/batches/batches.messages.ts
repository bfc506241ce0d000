import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { BatchDto } from './batches.dto.js';

@ApiSchema({
  description:
    'How far a batch has come, to the sockets of the administrator who started it. Of no log: GET tells again.',
})
export class BatchProgressMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['batch_progress'] })
  type!: 'batch_progress';

  @ApiProperty({ type: BatchDto })
  batch!: BatchDto;
}
