import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Message } from '../../channel-layer/interface/message.js';
import { FollowedStream } from './followed-stream.js';
import type { StreamEntry } from './stream-entry.js';
import type { StreamReader } from './stream-reader.js';
import { StreamStatistics } from './stream-statistics.js';

const message = (position: number): Message => ({ type: 'order_update', n: position });

/** A log whose head is set by the test, and that is read like the real log. */
class GrowingLog {
  head: number;
  reads = 0;

  constructor(head: number) {
    this.head = head;
  }

  extent(): Promise<{ head: number; trimmed: number }> {
    return Promise.resolve({ head: this.head, trimmed: 0 });
  }

  read(stream: string, after: number, until: number, limit: number): Promise<StreamEntry[]> {
    this.reads += 1;
    const last = Math.min(until, this.head, after + limit);
    const entries: StreamEntry[] = [];
    for (let position = after + 1; position <= last; position += 1) {
      entries.push({ stream, position, message: message(position), createdAt: 0 });
    }
    return Promise.resolve(entries);
  }
}

function follow(log: GrowingLog): { stream: FollowedStream; delivered: number[] } {
  const delivered: number[] = [];
  const stream = new FollowedStream(
    'order_1',
    log as unknown as StreamReader,
    new StreamStatistics(),
    (_stream, position) => {
      delivered.push(position);
    },
  );
  return { stream, delivered };
}

const upTo = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('a followed stream', () => {
  it('delivers the next position at once, without reading', async () => {
    const log = new GrowingLog(4);
    const { stream, delivered } = follow(log);
    await stream.start();
    log.head = 6;
    stream.offer(5, message(5));
    stream.offer(6, message(6));
    expect(delivered).toEqual([5, 6]);
    expect(log.reads).toBe(0);
  });

  it('drops duplicates', async () => {
    const log = new GrowingLog(4);
    const { stream, delivered } = follow(log);
    await stream.start();
    log.head = 5;
    for (let i = 0; i < 3; i += 1) stream.offer(5, message(5));
    stream.offer(2, message(2));
    expect(delivered).toEqual([5]);
  });

  it('reads a gap from the log before anything newer', async () => {
    const log = new GrowingLog(0);
    const { stream, delivered } = follow(log);
    await stream.start();
    log.head = 700;
    stream.offer(700, message(700));
    expect(delivered).toEqual([]);
    await stream.reached(700);
    expect(delivered).toEqual(upTo(1, 700));
  });

  it('reads messages that were published before it knew its own position', async () => {
    const log = new GrowingLog(3);
    const { stream, delivered } = follow(log);
    const starting = stream.start();
    stream.offer(4, message(4));
    stream.offer(5, message(5));
    await starting;
    log.head = 5;
    await stream.reached(5);
    expect(delivered).toEqual([4, 5]);
  });

  it('delivers the sequence of the log with any bus that drops, duplicates and reorders', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 80 }), async (heard) => {
        const log = new GrowingLog(0);
        const { stream, delivered } = follow(log);
        await stream.start();
        for (const position of heard) {
          log.head = Math.max(log.head, position);
          stream.offer(position, message(position));
          if (position % 3 === 0) await Promise.resolve();
        }
        await stream.reached(log.head);
        expect(delivered).toEqual(upTo(1, log.head));
      }),
    );
  });
});
