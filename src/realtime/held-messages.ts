import { Injectable } from '@nestjs/common';
import type { Connection } from './connection.js';

/** Ephemeral messages for sockets that are reading the log: the newest of each type, sent when they are live. */
@Injectable()
export class HeldMessages {
  private readonly held = new WeakMap<Connection, Map<string, Buffer>>();

  hold(connection: Connection, type: string, frame: Buffer): void {
    const frames = this.held.get(connection);
    if (frames) frames.set(type, frame);
    else this.held.set(connection, new Map([[type, frame]]));
  }

  release(connection: Connection): void {
    const frames = this.held.get(connection);
    if (!frames) return;
    this.held.delete(connection);
    for (const frame of frames.values()) connection.sendBytes(frame);
  }
}
