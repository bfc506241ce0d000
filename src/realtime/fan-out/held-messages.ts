import { Injectable } from '@nestjs/common';
import type { Connection } from '../connection/connection.js';

/** A message of no log, as bytes of the connection's encoding. */
export interface EphemeralFrame {
  readonly type: string;
  readonly frame: Buffer;
}

/** Of these only the newest says anything. */
const STATES: ReadonlySet<string> = new Set(['location', 'unread_count', 'presence']);
/** Frames and bytes kept for one socket while it reads the log. Beyond, the oldest is dropped: nothing was promised for them. */
const MAX_HELD = 100;
const MAX_HELD_BYTES = 65_536;

/** Frames in order of arrival. Bounded by number and by bytes; the newest is always kept. */
export class HeldFrames {
  private readonly frames: EphemeralFrame[] = [];
  private bytes = 0;

  get all(): readonly EphemeralFrame[] {
    return this.frames;
  }

  /** Replaces an older frame of the same type where only the newest counts. */
  add(added: EphemeralFrame): void {
    const older = STATES.has(added.type) ? this.frames.findIndex(({ type }) => type === added.type) : -1;
    if (older >= 0) this.remove(older);
    this.frames.push(added);
    this.bytes += added.frame.length;
    while (this.frames.length > 1 && (this.frames.length > MAX_HELD || this.bytes > MAX_HELD_BYTES)) this.remove(0);
  }

  /** Passes the frames on, oldest first, until `write` refuses one. True if none is left. */
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

/** Ephemeral messages for sockets that are reading the log, sent when they are live. */
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

  /** Sends what is held. False if the outbound limit was reached; the rest stays held. */
  release(connection: Connection): boolean {
    const released = this.held.get(connection)?.drainTo((frame) => connection.outbound.write(frame)) ?? true;
    if (released) this.held.delete(connection);
    return released;
  }
}
