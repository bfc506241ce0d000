import { Injectable } from '@nestjs/common';

/** Counters since the start of the process, for /metrics. */
@Injectable()
export class StreamStatistics {
  /** Times a stream was found to be ahead of what the bus had told. */
  gapsFound = 0;
  /** Of these, found by the periodic look at the log rather than by a later message. */
  missedPublishes = 0;
  /** Entries read from the log because the bus had not brought them in order. */
  repaired = 0;
  /** Messages whose entry is in another log: another database on the same Redis, or this one before a restore. */
  foreignEntries = 0;
  /** Entries that came a second time. */
  droppedDoubles = 0;
  /** Entries sent to resuming or slow sockets from the log. */
  replayed = 0;
  /** Sockets that were switched to reading the log because they could not keep up. */
  slowSockets = 0;
}
