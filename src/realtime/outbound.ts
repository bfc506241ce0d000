import type { Socket } from 'node:net';

/**
 * The raw socket under a connection, with its limit. `write` takes whole frames only, so that they may stand between those
 * `ws` itself writes (close frames).
 */
export class Outbound {
  constructor(
    private readonly socket: Socket,
    private readonly limitBytes: number,
  ) {}

  /** False, and nothing written, when the bytes would go over the limit. An empty queue takes anything. */
  write(bytes: Buffer): boolean {
    const queued = this.socket.writableLength;
    if (queued > 0 && queued + bytes.length > this.limitBytes) return false;
    this.socket.write(bytes);
    return true;
  }

  /** Writes whatever the queue: for the few frames that end a connection. */
  force(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  get queuedBytes(): number {
    return this.socket.writableLength;
  }

  /** Bytes handed to the kernel so far: what tells a slow client from a stuck one. */
  get drainedBytes(): number {
    return this.socket.bytesWritten - this.socket.writableLength;
  }

  get hasRoom(): boolean {
    return this.socket.writableLength <= this.limitBytes / 2;
  }

  /** Resolves when half of the queue is free again, or the socket is gone. */
  async room(): Promise<void> {
    while (!this.hasRoom && !this.socket.destroyed) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.socket.off('drain', done).off('close', done);
          resolve();
        };
        this.socket.once('drain', done).once('close', done);
      });
    }
  }
}
