import { Injectable } from '@nestjs/common';

/** Counters since the start of the process, for /metrics. */
@Injectable()
export class StreamStatistics {
  /** Times a stream was found to be ahead of the messages received from the bus. */
  gapsFound = 0;
  /** Those of `gapsFound` that the periodic repair found, rather than a later message. */
  missedPublishes = 0;
  /** Entries read from the log because the bus did not deliver them in order. */
  repaired = 0;
  /** Messages whose entry is in another log: of another database on the same Redis, or of this one before a restore. */
  foreignEntries = 0;
  /** Entries that were received again. */
  droppedDuplicates = 0;
  /** Entries sent to resuming or slow sockets from the log. */
  replayed = 0;
  /** Sockets that were switched to reading the log because they could not keep up. */
  slowSockets = 0;
}
