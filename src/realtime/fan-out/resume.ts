import { Injectable } from '@nestjs/common';
import { StreamPositions } from '../../streams/follow/stream-positions.js';
import { StreamReader } from '../../streams/follow/stream-reader.js';
import type { Audience } from './audience.js';

/** The position from which a client continues, and the number of messages it has missed. */
export interface ResumePoint {
  readonly from: readonly number[];
  readonly resumed: boolean;
  readonly replayed: number;
}

/** Finds the position in the log of a client that reconnects with `since`. */
@Injectable()
export class Resume {
  constructor(
    private readonly positions: StreamPositions,
    private readonly reader: StreamReader,
  ) {}

  /**
   * Returns the fan-out's current position if `since` is null, is not a position of these streams in this log, is before
   * `notBefore`, or is older than the entries that are kept.
   */
  async find(audience: Audience, since: string | null, notBefore = 0): Promise<ResumePoint> {
    const from = since === null ? null : await this.validPositions(audience, since, notBefore);
    const now = audience.positions();
    if (!from) return { from: now, resumed: false, replayed: 0 };
    const replayed = now.reduce((sum, position, index) => sum + position - (from[index] ?? position), 0);
    return { from, resumed: true, replayed };
  }

  private async validPositions(audience: Audience, since: string, notBefore: number): Promise<number[] | null> {
    const positions = this.positions.codec.decode(since, audience.streamNames);
    if (!positions || (positions[0] ?? 0) < notBefore) return null;
    const extents = await Promise.all(audience.streamNames.map((name) => this.reader.extent(name)));
    const kept = positions.every((position, index) => {
      const extent = extents[index];
      return extent !== undefined && position <= extent.head && position >= extent.trimmed;
    });
    if (!kept) return null;
    // The client may have been connected to a node that was ahead of this one.
    await Promise.all(audience.streams.map((stream, index) => stream.reached(positions[index] ?? 0)));
    return positions;
  }
}
