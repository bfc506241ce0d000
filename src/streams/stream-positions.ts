import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Database } from '../database/database.js';
import { ServiceError } from '../errors/service-error.js';
import { PositionCodec } from './position-codec.js';
import { StreamReader } from './stream-reader.js';
import { streamEpoch } from './streams.table.js';

/** Positions as clients see them, of this log's epoch. */
@Injectable()
export class StreamPositions implements OnModuleInit {
  private loaded: PositionCodec | undefined;

  constructor(
    private readonly database: Database,
    private readonly reader: StreamReader,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.database.db.insert(streamEpoch).values({ epoch: randomUUID() }).onConflictDoNothing();
    const [row] = await this.database.db.select().from(streamEpoch);
    if (!row) throw new Error('the log has no epoch');
    this.loaded = new PositionCodec(row.epoch);
  }

  get codec(): PositionCodec {
    if (!this.loaded) throw new Error('positions are asked for before the module was initialised');
    return this.loaded;
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
  throw new ServiceError('invalid_message', 'This is no position of this socket.', { errors });
}
