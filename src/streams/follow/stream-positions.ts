import { Injectable } from '@nestjs/common';
import { ServiceError } from '../../errors/service-error.js';
import { LogEpoch } from '../position/log-epoch.js';
import { PositionCodec } from '../position/position-codec.js';
import { StreamReader } from './stream-reader.js';

/** Positions as clients see them, of this log's epoch. */
@Injectable()
export class StreamPositions {
  private made: { readonly epoch: string; readonly codec: PositionCodec } | undefined;

  constructor(
    private readonly epoch: LogEpoch,
    private readonly reader: StreamReader,
  ) {}

  /** Another one after each change of the epoch. */
  get codec(): PositionCodec {
    const { value } = this.epoch;
    if (this.made?.epoch !== value) this.made = { epoch: value, codec: new PositionCodec(value) };
    return this.made.codec;
  }

  /**
   * The position at the end of these streams now: a `since` value for a socket that reads the same streams. Take it before
   * reading the state it goes with, so that nothing falls between the two.
   */
  async current(streams: readonly string[]): Promise<string> {
    const extents = await Promise.all(streams.map((stream) => this.reader.extent(stream)));
    return this.codec.encode(
      streams,
      extents.map(({ head }) => head),
    );
  }
}

/** Throws invalid_message for what is no position of these streams. Gives one number for each of them. */
export function requirePosition({ codec }: StreamPositions, position: string, streams: readonly string[]): number[] {
  const found = codec.decode(position, streams);
  if (found) return found;
  const errors = [{ pointer: '#/position', detail: 'must be the position of a message of this socket' }];
  throw new ServiceError('invalid_message', 'This position does not belong to this socket.', { errors });
}
