import { Module } from '@nestjs/common';
import { StreamFollower } from './stream-follower.js';
import { StreamLog } from './stream-log.js';
import { StreamPositions } from './stream-positions.js';
import { StreamPublisher } from './stream-publisher.js';
import { StreamReader } from './stream-reader.js';
import { StreamStatistics } from './stream-statistics.js';

/** The durable log: append, publish after commit, follow, repair, replay. */
@Module({
  providers: [StreamReader, StreamStatistics, StreamFollower, StreamPublisher, StreamLog, StreamPositions],
  exports: [StreamReader, StreamStatistics, StreamFollower, StreamLog, StreamPositions],
})
export class StreamsModule {}
