import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

const NOTHING = Buffer.alloc(0);

/**
 * The raw socket under a connection, with its limit. `write` takes whole frames only, so that they may stand between those
 * `ws` itself writes (close frames).
 */
export class Outbound {
  private readonly descriptor: number;
  private finished = false;

  constructor(
    private readonly socket: Socket,
    private readonly limitBytes: number,
  ) {
    this.descriptor = descriptorOf(socket);
  }

  /**
   * False, and nothing written, when the bytes would go over the limit. An empty queue takes anything. After the end, bytes
   * are dropped: the log still has them.
   */
  write(bytes: Buffer): boolean {
    if (this.finished) return true;
    const queued = this.socket.writableLength;
    if (queued === 0) {
      this.writeThrough(bytes);
      return true;
    }
    if (queued + bytes.length > this.limitBytes) return false;
    this.socket.write(bytes);
    return true;
  }

  /** The goodbye was written: nothing may follow it. */
  finish(): void {
    this.finished = true;
  }

  /** Writes whatever the queue: for the few frames that end a connection. */
  force(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  get queuedBytes(): number {
    return this.socket.writableLength;
  }

  /** Bytes handed to the kernel so far: what tells a slow client from a stuck one. While nothing is queued it stands still. */
  get drainedBytes(): number {
    return this.socket.bytesWritten - this.socket.writableLength;
  }

  /** Whether no more than half of the limit is queued. */
  get hasRoom(): boolean {
    return this.socket.writableLength <= this.limitBytes / 2;
  }

  /**
   * Resolves when the queue is empty, or the socket is gone. Waits for a write of its own, since `drain` is emitted only after
   * the queue has exceeded the high-water mark of the stream, which the limit may be far below.
   */
  async drained(): Promise<void> {
    while (this.socket.writableLength > 0 && this.socket.writable) {
      await new Promise<void>((resolve) => {
        this.socket.write(NOTHING, () => resolve());
      });
    }
  }

  /**
   * Hands the bytes straight to the kernel; what it does not take, and every error, is the stream's. A write to the stream
   * makes objects and schedules callbacks, one for each socket: a fifth of what a delivery costs (bench/README.md).
   */
  private writeThrough(bytes: Buffer): void {
    let written = 0;
    // Asked each time: the number of a closed descriptor may be another client's by now.
    if (this.descriptor >= 0 && this.socket.writable) {
      try {
        written = writeSync(this.descriptor, bytes);
      } catch {
        // The kernel's buffer is full, or the peer is gone.
      }
    }
    if (written < bytes.length) this.socket.write(written === 0 ? bytes : bytes.subarray(written));
  }
}

/** The kernel's number of the socket, or -1 where it has none or the bytes must pass through TLS first. */
function descriptorOf(socket: Socket): number {
  const { _handle: handle, encrypted } = socket as unknown as { _handle?: { fd?: number } | null; encrypted?: boolean };
  return encrypted === true ? -1 : (handle?.fd ?? -1);
}
