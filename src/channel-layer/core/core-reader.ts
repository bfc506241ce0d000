import type { RedisLink } from '../redis/redis-link.js';

/** Seconds a read may wait on the server; short, so that a dead connection is detected. */
export const BLOCK_SECONDS = 5;

/** Milliseconds before the next attempt after Redis has rejected a read. */
const RETRY_MS = 1000;

export interface CoreReaderOptions {
  readonly key: string;
  /** The number of messages that may be popped now; 0 stops reading. */
  readonly demand: () => number;
  readonly onPayload: (payload: Buffer) => void;
  /** Called for a popped message that has no receiver any more. */
  readonly onUnclaimed: (payload: Buffer, score: string) => void;
}

/** Pops the messages of one key, oldest first, on its own connection, as long as there is demand. */
export class CoreReader {
  /** The number of callers that wait on channels of this key. */
  receivers = 0;
  private running = false;
  private closed = false;

  constructor(
    private readonly link: RedisLink,
    private readonly options: CoreReaderOptions,
  ) {
    link.start();
  }

  get ready(): boolean {
    return this.link.ready;
  }

  /** Call this whenever demand may have increased. */
  wake(): void {
    if (this.running || this.closed || this.options.demand() === 0) return;
    this.running = true;
    void this.run().finally(() => {
      this.running = false;
      this.wake();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.link.close(0);
  }

  private async run(): Promise<void> {
    while (!this.closed && this.options.demand() > 0) {
      try {
        await this.read();
      } catch {
        // The link reports lost connections; the next attempt may succeed.
        await this.link.untilNextReady(RETRY_MS);
      }
    }
  }

  private async read(): Promise<void> {
    const first = (await this.link.callBuffer('BZPOPMIN', this.options.key, BLOCK_SECONDS)) as Buffer[] | null;
    if (first === null) return;
    this.take(first[1], first[2]);
    // Messages that have accumulated meanwhile are read together.
    for (let demand = this.options.demand(); demand > 1 && !this.closed; demand = this.options.demand()) {
      const more = (await this.link.callBuffer('ZPOPMIN', this.options.key, demand)) as Buffer[];
      for (let i = 0; i + 1 < more.length; i += 2) this.take(more[i], more[i + 1]);
      if (more.length < demand * 2) return;
    }
  }

  private take(payload: Buffer | undefined, score: Buffer | undefined): void {
    if (!payload || !score) return;
    if (this.options.demand() === 0) this.options.onUnclaimed(payload, score.toString());
    else this.options.onPayload(payload);
  }
}
