import type { RedisLink } from '../redis/redis-link.js';

/** Seconds the server lets a read wait; short, so that a dead connection is noticed. */
export const BLOCK_SECONDS = 5;

/** Milliseconds before the next try after Redis has refused a read. */
const RETRY_MS = 1000;

export interface CoreReaderOptions {
  readonly key: string;
  /** How many messages may be popped now; 0 ends the reading. */
  readonly demand: () => number;
  readonly onPayload: (payload: Buffer) => void;
  /** A message popped that nobody wants any more. */
  readonly onUnwanted: (payload: Buffer, score: string) => void;
}

/** Pops the messages of one key, oldest first, on a connection of its own, as long as there is demand. */
export class CoreReader {
  /** Callers that wait on channels of this key. */
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

  /** To be called whenever demand may have risen. */
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
        // The link tells of lost connections; the next try may find it back.
        await this.link.untilNextReady(RETRY_MS);
      }
    }
  }

  private async read(): Promise<void> {
    const first = (await this.link.callBuffer('BZPOPMIN', this.options.key, BLOCK_SECONDS)) as Buffer[] | null;
    if (first === null) return;
    this.take(first[1], first[2]);
    // What piled up meanwhile comes in one answer, not in one each.
    for (let demand = this.options.demand(); demand > 1 && !this.closed; demand = this.options.demand()) {
      const more = (await this.link.callBuffer('ZPOPMIN', this.options.key, demand)) as Buffer[];
      for (let i = 0; i + 1 < more.length; i += 2) this.take(more[i], more[i + 1]);
      if (more.length < demand * 2) return;
    }
  }

  private take(payload: Buffer | undefined, score: Buffer | undefined): void {
    if (!payload || !score) return;
    if (this.options.demand() === 0) this.options.onUnwanted(payload, score.toString());
    else this.options.onPayload(payload);
  }
}
