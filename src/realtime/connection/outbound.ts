import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

const NOTHING = Buffer.alloc(0);

/**
 * The raw socket of a connection, with a limit on queued bytes. `write` takes whole frames only, because `ws` writes frames of
 * its own (close frames) in between.
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
   * Returns false and writes nothing if the bytes would exceed the limit. An empty queue takes any number of bytes. After
   * `finish`, bytes are dropped: the log still has the messages.
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

  /** Makes `write` drop all further bytes: nothing may follow the `disconnect` message. */
  finish(): void {
    this.finished = true;
  }

  /** Writes regardless of the limit. For control frames, such as pings and the last frames of a connection. */
  force(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  get queuedBytes(): number {
    return this.socket.writableLength;
  }

  /**
   * Bytes passed from the queue to the kernel so far, which distinguishes a slow client from a stuck one. The number does not
   * change while nothing is queued.
   */
  get drainedBytes(): number {
    return this.socket.bytesWritten - this.socket.writableLength;
  }

  /** Whether at most half of the limit is queued. */
  get hasRoom(): boolean {
    return this.socket.writableLength <= this.limitBytes / 2;
  }

  /**
   * Resolves when the queue is empty or the socket has closed. Waits for an empty write, because `drain` is emitted only after
   * the queue has exceeded the stream's high-water mark, and the limit may be far below that mark.
   */
  async drained(): Promise<void> {
    while (this.socket.writableLength > 0 && this.socket.writable) {
      await new Promise<void>((resolve) => {
        this.socket.write(NOTHING, () => resolve());
      });
    }
  }

  /**
   * Writes the bytes directly to the kernel. Bytes that the kernel does not accept, and all errors, are left to the stream. A
   * write to the stream creates objects and schedules callbacks for each socket: a fifth of the cost of a delivery
   * (bench/README.md).
   */
  private writeThrough(bytes: Buffer): void {
    let written = 0;
    // Checked each time: after a close, the descriptor's number may belong to another client.
    if (this.descriptor >= 0 && this.socket.writable) {
      try {
        written = writeSync(this.descriptor, bytes);
      } catch {
        // The kernel's buffer is full, or the peer has disconnected.
      }
    }
    if (written < bytes.length) this.socket.write(written === 0 ? bytes : bytes.subarray(written));
  }
}

/** The file descriptor of the socket, or -1 if it has none or if the bytes must be encrypted first (TLS). */
function descriptorOf(socket: Socket): number {
  const { _handle: handle, encrypted } = socket as unknown as { _handle?: { fd?: number } | null; encrypted?: boolean };
  return encrypted === true ? -1 : (handle?.fd ?? -1);
}
