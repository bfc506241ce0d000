import type { Message } from '../interface/message.js';
import type { ChannelLayerStatistics } from '../interface/statistics.js';

interface Queued {
  readonly message: Message;
  /** Milliseconds on the clock of the queues. */
  readonly expiresAt: number;
}

interface Waiter {
  readonly resolve: (message: Message) => void;
  readonly reject: (error: Error) => void;
}

interface Queue {
  messages: Queued[];
  waiters: Waiter[];
}

export interface ChannelQueueOptions {
  /** Messages a channel holds before it is full. */
  readonly capacity: number;
  readonly expirySeconds: number;
  /** Milliseconds; for tests. */
  readonly now: () => number;
}

/** The channels of this process: messages that wait for a receiver, and receivers that wait for a message. */
export class ChannelQueues {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly options: ChannelQueueOptions,
    private readonly statistics: ChannelLayerStatistics,
  ) {}

  /** Messages waiting on a channel. */
  size(channel: string): number {
    const queue = this.queues.get(channel);
    if (!queue) return 0;
    this.dropExpired(queue);
    return queue.messages.length;
  }

  /** Receivers waiting on a channel. */
  waiting(channel: string): number {
    return this.queues.get(channel)?.waiters.length ?? 0;
  }

  /**
   * Delivers or queues a message. Returns false if the channel is full: the message is then dropped, and the caller counts it.
   */
  put(channel: string, message: Message): boolean {
    const queue = this.open(channel);
    const waiter = queue.waiters.shift();
    if (waiter) {
      waiter.resolve(message);
      this.closeIfIdle(channel, queue);
      return true;
    }
    this.dropExpired(queue);
    if (queue.messages.length >= this.options.capacity) return false;
    queue.messages.push({ message, expiresAt: this.options.now() + this.options.expirySeconds * 1000 });
    return true;
  }

  /** Resolves with the next message. If the signal is aborted first, rejects with its reason. */
  take(channel: string, signal?: AbortSignal): Promise<Message> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const queue = this.open(channel);
    this.dropExpired(queue);
    const next = queue.messages.shift();
    this.closeIfIdle(channel, queue);
    return next ? Promise.resolve(next.message) : this.wait(channel, signal);
  }

  /** Deletes all messages. Receivers continue to wait. */
  clear(): void {
    for (const queue of this.queues.values()) queue.messages = [];
  }

  /** Whether neither messages nor receivers wait on the channel. */
  isIdle(channel: string): boolean {
    return !this.queues.has(channel);
  }

  /** Deletes all messages and rejects all waiting receivers with this error. */
  close(error: Error): void {
    for (const queue of this.queues.values()) for (const waiter of queue.waiters) waiter.reject(error);
    this.queues.clear();
  }

  private wait(channel: string, signal?: AbortSignal): Promise<Message> {
    const queue = this.open(channel);
    return new Promise<Message>((resolve, reject) => {
      const onAbort = (): void => {
        queue.waiters = queue.waiters.filter((other) => other !== waiter);
        this.closeIfIdle(channel, queue);
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        reject,
        resolve: (message) => {
          signal?.removeEventListener('abort', onAbort);
          resolve(message);
        },
      };
      queue.waiters.push(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  private open(channel: string): Queue {
    let queue = this.queues.get(channel);
    if (!queue) this.queues.set(channel, (queue = { messages: [], waiters: [] }));
    return queue;
  }

  private closeIfIdle(channel: string, queue: Queue): void {
    if (queue.messages.length === 0 && queue.waiters.length === 0 && this.queues.get(channel) === queue) {
      this.queues.delete(channel);
    }
  }

  private dropExpired(queue: Queue): void {
    const now = this.options.now();
    let expired = 0;
    for (const { expiresAt } of queue.messages) {
      if (expiresAt > now) break;
      expired++;
    }
    if (expired === 0) return;
    queue.messages.splice(0, expired);
    this.statistics.dropped += expired;
  }
}
