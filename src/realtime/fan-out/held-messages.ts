import { Injectable } from '@nestjs/common';
import type { Connection } from '../connection/connection.js';

/** An ephemeral message, in the encoding of the connection. */
export interface EphemeralFrame {
  readonly type: string;
  /** Whether the frame replaces an older one of its type (`RealtimeGateway.latestOnly`). */
  readonly latestOnly: boolean;
  readonly frame: Buffer;
}

/**
 * The maximum number of frames and of bytes kept per socket while it reads the log. Beyond that, the oldest frame is dropped:
 * delivery of ephemeral messages is not guaranteed.
 */
const MAX_HELD = 100;
const MAX_HELD_BYTES = 65_536;

/** Frames in order of arrival, limited by number and by bytes. The newest is always kept. */
export class HeldFrames {
  private readonly frames: EphemeralFrame[] = [];
  private bytes = 0;

  get all(): readonly EphemeralFrame[] {
    return this.frames;
  }

  /** Adds a frame, in place of an older one that it replaces. */
  add(added: EphemeralFrame): void {
    const older = added.latestOnly ? this.frames.findIndex(({ type }) => type === added.type) : -1;
    if (older >= 0) this.remove(older);
    this.frames.push(added);
    this.bytes += added.frame.length;
    while (this.frames.length > 1 && (this.frames.length > MAX_HELD || this.bytes > MAX_HELD_BYTES)) this.remove(0);
  }

  /** Passes the frames to `write`, oldest first, until `write` returns false. Returns true if no frame is left. */
  drainTo(write: (frame: Buffer) => boolean): boolean {
    for (let first = this.frames[0]; first; first = this.frames[0]) {
      if (!write(first.frame)) return false;
      this.remove(0);
    }
    return true;
  }

  private remove(index: number): void {
    const [removed] = this.frames.splice(index, 1);
    this.bytes -= removed?.frame.length ?? 0;
  }
}

/** Holds ephemeral messages for sockets that are reading the log, and sends them when the sockets become live. */
@Injectable()
export class HeldMessages {
  private readonly held = new WeakMap<Connection, HeldFrames>();

  hold(connection: Connection, message: EphemeralFrame): void {
    let frames = this.held.get(connection);
    if (!frames) {
      frames = new HeldFrames();
      this.held.set(connection, frames);
    }
    frames.add(message);
  }

  /** Sends the held messages. Returns false if the outbound limit was reached; the rest stays held. */
  release(connection: Connection): boolean {
    const released = this.held.get(connection)?.drainTo((frame) => connection.outbound.write(frame)) ?? true;
    if (released) this.held.delete(connection);
    return released;
  }
}
