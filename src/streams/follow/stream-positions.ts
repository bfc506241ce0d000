import { Injectable } from '@nestjs/common';
import { ServiceError } from '../../errors/error/service-error.js';
import { LogEpoch } from '../position/log-epoch.js';
import { PositionCodec } from '../position/position-codec.js';
import { StreamReader } from './stream-reader.js';

/** Positions as clients see them, for this log's epoch. */
@Injectable()
export class StreamPositions {
  private cached: { readonly epoch: string; readonly codec: PositionCodec } | undefined;

  constructor(
    private readonly epoch: LogEpoch,
    private readonly reader: StreamReader,
  ) {}

  /** The codec is replaced after each change of the epoch. */
  get codec(): PositionCodec {
    const { value } = this.epoch;
    if (this.cached?.epoch !== value) this.cached = { epoch: value, codec: new PositionCodec(value) };
    return this.cached.codec;
  }

  /**
   * Returns the position at the end of these streams: a `since` value for a socket that reads the same streams. Call this
   * before reading the corresponding state, so that no message between the two is missed.
   */
  async current(streams: readonly string[]): Promise<string> {
    const extents = await Promise.all(streams.map((stream) => this.reader.extent(stream)));
    return this.codec.encode(
      streams,
      extents.map(({ head }) => head),
    );
  }
}

/** Returns one number for each stream. Throws invalid_message if the text is not a position of these streams. */
export function requirePosition({ codec }: StreamPositions, position: string, streams: readonly string[]): number[] {
  const found = codec.decode(position, streams);
  if (found) return found;
  const errors = [{ pointer: '#/position', detail: 'must be the position of a message of this socket' }];
  throw new ServiceError('invalid_message', 'This position does not belong to this socket.', { errors });
}
