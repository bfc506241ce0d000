import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { StreamEntry } from '../../src/streams/follow/stream-entry.js';
import type { StreamExtent } from '../../src/streams/follow/stream-reader.js';
import { WEB_SOCKET_ENCODING } from '../../src/realtime/encoding/encoding.js';
import { PositionCodec } from '../../src/streams/position/position-codec.js';
import { MemoryLog, MemoryReader } from './memory-log.js';
import { ModelClient } from './model-client.js';
import { ModelNode } from './model-node.js';
import { useStandingTime } from './promise.js';
import { Questions } from './questions.js';
import { UnreliableBus } from './unreliable-bus.js';

const STREAM = 'user_1';
const codec = new PositionCodec('model');

/** Runs all callbacks that do not depend on a timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await nextTurn();
}

/** A slow database. */
class SlowReader extends MemoryReader {
  reads = 0;

  constructor(
    private readonly entries: MemoryLog,
    private readonly latencyMs: number,
  ) {
    super(entries, new Questions());
  }

  override extent(stream: string): Promise<StreamExtent> {
    return this.later(() => ({ head: this.entries.entries(stream).length, trimmed: 0 }));
  }

  override read(stream: string, after: number, until: number, limit: number): Promise<StreamEntry[]> {
    this.reads += 1;
    return this.later(() => this.entries.entries(stream).slice(after, until).slice(0, limit));
  }

  private later<T>(look: () => T): Promise<T> {
    return new Promise((resolve) => setTimeout(() => resolve(look()), this.latencyMs));
  }
}

/** A continuously growing stream, and one node. */
class BusyStream {
  readonly log = new MemoryLog();
  readonly reader: SlowReader;
  readonly bus = new UnreliableBus();
  readonly node: ModelNode;
  readonly client = new ModelClient([STREAM], WEB_SOCKET_ENCODING, codec);
  private count = 0;

  constructor(latencyMs: number) {
    this.reader = new SlowReader(this.log, latencyMs);
    this.node = new ModelNode(this.bus.connect(), this.reader, codec);
  }

  /** Commits a message, and publishes it unless the publish is lost. */
  async append(how: 'once' | 'drop' = 'once'): Promise<void> {
    const message = { type: 'entry', id: `${STREAM}#${String((this.count += 1))}` };
    const position = this.log.append(STREAM, message);
    await this.node.bus.publish(STREAM, STREAM, position, message);
    while (this.bus.count > 0) this.bus.deliver(0, how);
    await settle();
  }

  /**
   * Lets time pass with a message every `everyMs` until the condition holds. Returns the duration, at most `mostMs`.
   */
  async until(isSo: () => boolean, everyMs: number, mostMs: number): Promise<number> {
    for (let passed = 0; passed < mostMs; passed += everyMs) {
      if (isSo()) return passed;
      await this.append();
      jest.advanceTimersByTime(everyMs);
      await settle();
    }
    return mostMs;
  }

  get received(): number {
    return this.client.history.get(STREAM)?.length ?? 0;
  }

  get isComplete(): boolean {
    return this.received === this.count - (this.client.first?.[0] ?? Infinity);
  }
}

describe('catching up with a growing stream', () => {
  beforeEach(() => {
    useStandingTime();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    { everyMs: 2, latencyMs: 40, missed: 300, maxReads: 8 },
    { everyMs: 5, latencyMs: 8, missed: 50, maxReads: 4 },
  ])('ends within a second: %j', async ({ everyMs, latencyMs, missed, maxReads }) => {
    const stream = new BusyStream(latencyMs);
    stream.client.connect(stream.node);
    await stream.until(() => stream.received > 5, everyMs, 2_000);
    stream.client.disconnect();
    for (let n = 0; n < missed; n += 1) await stream.append();
    // Another client keeps the stream followed on this node.
    const other = new ModelClient([STREAM], WEB_SOCKET_ENCODING, codec);
    other.connect(stream.node);
    await stream.until(() => other.first !== null, everyMs, 2_000);
    const { reads } = stream.reader;
    stream.client.connect(stream.node);
    expect(await stream.until(() => stream.isComplete, everyMs, 3_000)).toBeLessThan(1_000);
    expect(stream.client.complaint).toBeNull();
    expect(stream.reader.reads - reads).toBeLessThanOrEqual(maxReads);
    // From here on the node is live and reads nothing.
    const settled = stream.reader.reads;
    await stream.until(() => false, everyMs, 500);
    expect(stream.isComplete).toBe(true);
    expect(stream.reader.reads).toBe(settled);
  });

  it('fills a gap of the node with a few reads, and delivers from the bus afterwards', async () => {
    const stream = new BusyStream(40);
    stream.client.connect(stream.node);
    await stream.until(() => stream.client.first !== null, 2, 1_000);
    await stream.until(() => stream.isComplete, 2, 1_000);
    for (let n = 0; n < 10; n += 1) await stream.append('drop');
    const { reads } = stream.reader;
    expect(await stream.until(() => stream.isComplete, 2, 2_000)).toBeLessThan(1_000);
    expect(stream.reader.reads - reads).toBeLessThanOrEqual(2);
    await stream.until(() => false, 2, 500);
    expect(stream.isComplete).toBe(true);
    expect(stream.reader.reads - reads).toBeLessThanOrEqual(2);
  });
});
