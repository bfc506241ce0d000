import { setTimeout as delay } from 'node:timers/promises';
import { notification, orderUpdate } from './publishers.js';
import { percentile } from '../lib/statistics.js';

/** If no delivery arrives for this long, the missing ones count as lost. */
const QUIET_MS = 5_000;

/**
 * A series of messages. `target`: with `order`, all sockets receive each message; with `users`, each message goes to
 * the next socket.
 */
export class MessageSeries {
  #sockets;
  #publisher;
  #options;
  #pending;
  #published = 0;
  #completed = 0;
  #deliveries = 0;
  #disordered = 0;
  #doubled = 0;
  #heardAt = performance.now();
  #latencies = [];
  #scheduled = false;

  constructor(sockets, publisher, options) {
    this.#sockets = sockets;
    this.#publisher = publisher;
    this.#options = options;
    this.#pending = new Int32Array(options.messages).fill(options.target === 'users' ? 1 : sockets.length);
  }

  async finish() {
    const { messages, rate } = this.#options;
    const started = performance.now();
    if (rate > 0) void this.#publishAtRate(rate);
    else this.#fill();
    while (this.#completed < messages && performance.now() - this.#heardAt < QUIET_MS) await delay(2);
    const seconds = (performance.now() - started) / 1000;
    const expected = this.#options.target === 'users' ? messages : messages * this.#sockets.length;
    // Duplicates would arrive late.
    await delay(20);
    return {
      expected,
      deliveries: this.#deliveries,
      lost: expected - this.#deliveries,
      doubled: this.#doubled,
      disordered: this.#disordered,
      seconds,
      ...(rate > 0 && { p50: percentile(this.#latencies, 50), p99: percentile(this.#latencies, 99) }),
    };
  }

  delivered(socket, sequence, sentAt) {
    this.#heardAt = performance.now();
    if (sequence === socket.last) {
      this.#doubled += 1;
      return;
    }
    if (sequence < socket.last) this.#disordered += 1;
    socket.last = sequence;
    socket.received += 1;
    this.#deliveries += 1;
    if (sentAt > 0) this.#latencies.push((nowMicros() - sentAt) / 1000);
    this.#pending[sequence] -= 1;
    if (this.#pending[sequence] > 0) return;
    this.#completed += 1;
    if (!this.#scheduled && !(this.#options.rate > 0)) {
      this.#scheduled = true;
      setImmediate(() => this.#fill());
    }
  }

  /** Keeps `outstanding` messages in flight. */
  #fill() {
    this.#scheduled = false;
    const { messages, outstanding } = this.#options;
    this.#send(Math.min(messages - this.#published, outstanding - (this.#published - this.#completed)));
  }

  async #publishAtRate(rate) {
    const started = performance.now();
    while (this.#published < this.#options.messages) {
      const due = Math.floor(((performance.now() - started) / 1000) * rate) + 1;
      this.#send(Math.min(due, this.#options.messages) - this.#published);
      this.#heardAt = performance.now();
      await delay(1);
    }
  }

  #send(count) {
    const batch = [];
    for (let index = 0; index < count; index += 1) batch.push(this.#message());
    if (batch.length > 0) void this.#publisher.publish(batch);
  }

  #message() {
    const sequence = this.#published;
    this.#published += 1;
    const { target, orderId, users } = this.#options;
    const at = nowMicros();
    if (target === 'order') return { group: `order_${orderId}`, message: orderUpdate(orderId, sequence, at) };
    const group = target === 'users' ? `user_${users[sequence % users.length]}` : 'notifications';
    return { group, message: notification(sequence, at) };
  }
}

/** The monotonic clock of the machine. It is the same in every process. */
function nowMicros() {
  return Number(process.hrtime.bigint() / 1000n);
}
