import { Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../database/database.js';
import { ExpiringRows, Trimmer } from '../database/trimmer.js';
import { Bus } from './bus/bus.js';
import { GroupSubscriptions } from './bus/group-subscriptions.js';
import { OldEntries } from './old-entries.js';
import { LogEpoch } from './position/log-epoch.js';
import { StreamFollower } from './follow/stream-follower.js';
import { StreamLog } from './stream-log.js';
import { StreamPositions } from './follow/stream-positions.js';
import { StreamReader } from './follow/stream-reader.js';
import { StreamStatistics } from './follow/stream-statistics.js';

/** The durable log: append, publish after commit, follow, repair, replay. */
@Module({
  providers: [
    LogEpoch,
    StreamReader,
    StreamStatistics,
    GroupSubscriptions,
    StreamFollower,
    Bus,
    StreamLog,
    StreamPositions,
    Trimmer,
    { provide: ExpiringRows, useClass: OldEntries },
  ],
  exports: [
    LogEpoch,
    Bus,
    GroupSubscriptions,
    StreamReader,
    StreamStatistics,
    StreamFollower,
    StreamLog,
    StreamPositions,
  ],
})
export class StreamsModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  /** The commits of the last requests are published by afterCommit hooks, which must end before the channel layer closes. */
  async onApplicationShutdown(): Promise<void> {
    await this.database.settle();
  }
}
