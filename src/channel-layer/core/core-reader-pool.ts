import { BLOCK_SECONDS, CoreReader } from './core-reader.js';
import type { CoreStore } from './core-store.js';
import type { CoreWire } from './core-wire.js';
import type { RedisClients } from '../../redis/redis-clients.js';
import { RedisLink } from '../redis/redis-link.js';

/** The maximum number of messages per read for listeners, which take every message. */
const BATCH = 100;

export interface CoreReaderPoolOptions {
  /** Whether listeners wait for messages on this non-local name. */
  readonly listening: (name: string) => boolean;
  readonly onPayload: (name: string, payload: Buffer) => void;
  readonly onReconnect: () => void;
  readonly warn: (text: string) => void;
}

/** The keys that this process reads. Each has its own reader, because a waiting read occupies its connection. */
export class CoreReaderPool {
  private readonly readers = new Map<string, CoreReader>();

  constructor(
    private readonly clients: RedisClients,
    private readonly wire: CoreWire,
    private readonly store: CoreStore,
    private readonly options: CoreReaderPoolOptions,
  ) {}

  get ready(): boolean {
    for (const reader of this.readers.values()) if (!reader.ready) return false;
    return true;
  }

  /** Starts reading a key that may have new listeners. */
  wake(name: string): void {
    this.reader(name).wake();
  }

  /** Reads a key as long as a caller waits for one of its messages. */
  async whileReading<T>(name: string, next: Promise<T>): Promise<T> {
    const reader = this.reader(name);
    reader.receivers++;
    reader.wake();
    try {
      return await next;
    } finally {
      reader.receivers--;
    }
  }

  /** Stops all reading, and deletes messages that wait for this process alone. */
  async close(): Promise<void> {
    const own = [...this.readers.keys()].filter((name) => name.endsWith('!'));
    await Promise.all([...this.readers.values()].map((reader) => reader.close()));
    this.readers.clear();
    // If Redis is unavailable, the keys expire by themselves.
    await this.store.delete(own.map((name) => this.wire.channelKey(name))).catch(() => undefined);
  }

  private reader(name: string): CoreReader {
    let reader = this.readers.get(name);
    if (!reader) this.readers.set(name, (reader = this.open(name)));
    return reader;
  }

  private open(name: string): CoreReader {
    const link = new RedisLink(this.clients.blocking(BLOCK_SECONDS), 'Channel layer reader', this.options.warn);
    link.onReconnect(this.options.onReconnect);
    const key = this.wire.channelKey(name);
    const reader: CoreReader = new CoreReader(link, {
      key,
      demand: () => (this.options.listening(name) ? BATCH : Math.min(reader.receivers, 1)),
      onPayload: (payload) => this.options.onPayload(name, payload),
      onUnclaimed: (payload, score) => void this.store.putBack(key, score, payload).catch(() => undefined),
    });
    return reader;
  }
}
