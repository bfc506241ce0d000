import { Injectable } from '@nestjs/common';
import type { Connection } from './connection.js';

/** A message of no log, as bytes of the connection's encoding. */
export interface EphemeralFrame {
  readonly type: string;
  readonly frame: Buffer;
}

/** Of these only the newest says anything. */
const STATES: ReadonlySet<string> = new Set(['location', 'unread_count', 'presence']);
/** Messages one socket is kept while it reads the log; beyond, the oldest is let go: nothing was promised for them. */
const MOST_HELD = 100;

/** Adds a frame in order of arrival: in place of an older one where only the newest counts. */
export function addEphemeral(frames: EphemeralFrame[], added: EphemeralFrame): void {
  const older = STATES.has(added.type) ? frames.findIndex(({ type }) => type === added.type) : -1;
  if (older >= 0) frames.splice(older, 1);
  else if (frames.length >= MOST_HELD) frames.shift();
  frames.push(added);
}

/** Ephemeral messages for sockets that are reading the log, sent when they are live. */
@Injectable()
export class HeldMessages {
  private readonly held = new WeakMap<Connection, EphemeralFrame[]>();

  hold(connection: Connection, message: EphemeralFrame): void {
    const frames = this.held.get(connection);
    if (frames) addEphemeral(frames, message);
    else this.held.set(connection, [message]);
  }

  release(connection: Connection): void {
    const frames = this.held.get(connection);
    if (!frames) return;
    this.held.delete(connection);
    for (const { frame } of frames) connection.sendBytes(frame);
  }
}
